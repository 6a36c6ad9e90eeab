/** What diners type. Some of it is hostile on purpose: whoever shows a log must escape it. All of it is made up. */
export const DINERS = [
  "Ada", "Björn", "Chidi", "Dana", "Eun-ji", "Farah", "Goran", "O'Hara", "Zoë 🍋", "Robert\"; DROP TABLE orders;--", "Ines", "Jun",
];

export const CONTACT = "chidi.example@example.org";

export const NOTES = [
  "no onions please", "window seat, if you can 🙏", "allergic to \"everything\" green", "<script>alert(1)</script>", "{{ 7*7 }}",
  "'; DROP TABLE notes; --", "back\\slash and\ttab", "two lines:\nring twice", "key=value | pipe=yes", "ÄÖÜ ß, naïve café, 一人前",
  "<img src=x onerror=alert(2)>", "${7*7} #{7*7} %s %n", "RTL \u202e reversed", "[click](javascript:alert(3))",
];

export const QUERIES = [
  "roasted leek", "trout", "steamd mussel", "charred beetroot", "quail", "pickled fenel", "aubergine 🍆", "stuffed plaice", "<b>trout</b>",
];

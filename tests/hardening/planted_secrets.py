"""Secrets made up for the tests, of every kind we know, as applications write them. None is or was real.

A kind is a line with its secrets in double angle brackets: what must be gone is what stands between them.
`{a40}` is 40 letters and digits, `{h32}` 32 hexadecimal digits, `{d10}` ten digits, `{u20}` capitals and digits,
`{l10}` small letters, `{b64}` 64 signs of base64. Kinds are split so that no scanner of this repository takes them for
real.
"""

import random
import re
import string
from base64 import urlsafe_b64encode
from dataclasses import dataclass

_ALPHABETS = {
    "a": string.ascii_letters + string.digits,
    "h": "0123456789abcdef",
    "d": string.digits,
    "u": string.ascii_uppercase + "234567",
    "l": string.ascii_lowercase,
    "n": string.ascii_lowercase + string.digits,
    "b": string.ascii_letters + string.digits + "+/",
}
_PIECE = re.compile(r"\{([a-z])(\d+)\}")
_SECRET = re.compile(r"<<(.*?)>>")

# Names with values, in the forms of languages, tools and protocols.
NAMED = {
    "password equals": "login failed password=<<{a10}>> user=bob",
    "password json": '{"user":"bob","password":"<<{a10}>>"}',
    "password json with blanks": '{"password":"<<correct horse {l8} staple>>","n":1}',
    "password json with slashes": '{"password":"<<pa/ss\\\\{a6}/x>>"}',
    "password of four": "password=<<z9{l2}>>",
    "password in single quotes": "connect(password='<<{a12}>>')",
    "password arrow": "password => '<<{a12}>>'",
    "password arrow bare": "password => <<{a12}>>",
    "password colon": "Password: <<{a9}>>",
    "password walrus": "password := <<{a9}>>",
    "pwd": "pwd=<<{a8}>>",
    "Pwd in a connection string": "Server=db;Uid=sa;Pwd=<<{a8}>>;Database=x",
    "Password with blanks in a connection string": "Server=db;Password=<<my {l5} {a4}>>;Database=x",
    "pass": "user=bob pass=<<{a8}>>",
    "passwd": "passwd: '<<{a8}>>'",
    "passphrase": "passphrase: <<correct {l6} battery {l6}>>",
    "passphrase quoted": 'passphrase = "<<correct {l6} battery {l6}>>"',
    "passcode": "passcode=<<{d6}>>",
    "pin": "pin=<<{d4}>>",
    "one-time code": "otp: <<{d6}>>",
    "card verification": '"cvv":"<<{d3}>>"',
    "social security": "ssn=<<{d3}-{d2}-{d4}>>",
    "DB_PASSWORD": "DB_PASSWORD=<<{a14}>>",
    "dbPassword": "dbPassword=<<{a14}>>",
    "camel pass": "smtpPass=<<{a9}>>",
    "new password": "password_new=<<{a9}>>&x=1",
    "form of Rails": "user[password]=<<{a9}>>",
    "user password hash": "passwordHash: <<{h40}>>",
    "command line": "exec tool --password <<{a12}>> --verbose",
    "command line equals": "exec tool --db-password=<<{a12}>>",
    "command line list": '["tool", "--password", "<<{a12}>>"]',
    "command line token": "exec tool --api-token <<{a24}>>",
    "mysql": "mysql -u root -p<<{a10}>> shop",
    "sshpass": "sshpass -p <<{a10}>> ssh host.example",
    "docker login": "docker login -u bob -p <<{a12}>> registry.example",
    "statement of SQL": "ALTER USER app WITH PASSWORD '<<{a12}7>>'",
    "statement of MySQL": "CREATE USER app IDENTIFIED BY '<<{a12}7>>'",
    "after a blank": 'wrong password "<<{a12}7>>" for bob',
    "passphrase after a blank": 'passphrase "<<correct horse {a6}7 staple>>"',
    "redis configuration": "requirepass <<{a12}7>>",
    "netrc": "machine host.example login bob password <<{a12}7>>",
    "curl user": "curl -u bob:<<{a12}>> https://host.example/",
    "xml element": "<password><<{a10}>></password>",
    "xml element with a prefix": '<wsse:Password Type="text"><<{a10}>></wsse:Password>',
    "xml in xml": "&lt;password&gt;<<{a10}>>&lt;/password&gt;",
    "xml attribute": '<add key="DbPassword" value="<<{a10}>>"/>',
    "name and value": '{"name":"password","value":"<<{a10}>>"}',
    "pair": "setProperty('password', '<<{a10}>>')",
    "secretKey": "secretKey=<<{a32}>>",
    "privateKey": '"privateKey":"<<{a40}>>"',
    "client_secret": "client_secret=<<{a32}>>",
    "api_key": "api_key: <<{h32}>>",
    "apiKey": '{"apiKey":"<<{a24}>>"}',
    "x-api-key": "x-api-key: <<{a24}>>",
    "access_token": '"access_token":"<<{a40}>>"',
    "refresh token": "refreshToken=<<{a40}>>",
    "csrf": "csrfToken=<<{a24}>>",
    "AccountKey": "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=<<{b86}==>>;EndpointSuffix=core",
    "SharedAccessKey": "Endpoint=sb://x/;SharedAccessKeyName=all;SharedAccessKey=<<{b43}=>>",
    "encryption key": "encryption_key=<<{h64}>>",
    "credentials": "credentials: <<{a24}>>",
    "told password": "the password is <<{l4}{d3}{u2}>>",
    "told reset": "password for bob reset to <<{l4}{d3}X>>",
    "option of Rust": 'Config { password: Some("<<{a10}>>") }',
    "bytes of Python": "{'password': b'<<{a10}>>'}",
    "kennwort": "Kennwort=<<{a10}>>",
    "ldap": "bindCredentials: <<{a12}>>",
    "backticks": "password=`<<{a10}>>`",
}
HEADERS = {
    "bearer": "Authorization: Bearer <<{a40}>>",
    "bearer json": '{"authorization":"Bearer <<{a40}>>"}',
    "basic": "Authorization: Basic <<{b24}==>>",
    "token scheme": "Authorization: Token <<{h40}>>",
    "raw authorization": "Authorization: <<{a32}>>",
    "digest": 'Authorization: Digest username="bob", response="<<{h32}>>"',
    "aws signature": "Authorization: AWS4-HMAC-SHA256 Credential=x/20260301/us/s3, Signature=<<{h64}>>",
    "proxy": "Proxy-Authorization: Basic <<{b24}==>>",
    "bearer alone": "sent bearer <<{a40}>>",
    "cookie": "Cookie: sid=<<{a24}>>; theme=dark",
    "set-cookie": "Set-Cookie: session=<<{a24}>>; Path=/; HttpOnly",
    "cookie json": '{"cookie":"sid=<<{a24}>>"}',
    "gitlab header": "PRIVATE-TOKEN: <<{a20}>>",
    "x-auth-token": "X-Auth-Token: <<{h32}>>",
}
ADDRESSES = {
    "url credentials": "GET https://robot:<<{a10}>>@host.example/x",
    "url credentials with a slash": "GET https://robot:<<pa/{a6}>>@host.example/x",
    "redis": "redis://:<<{a12}>>@cache:6379/0",
    "postgres": "postgres://app:<<{a12}>>@db/shop",
    "mongo": "mongodb+srv://app:<<{a12}>>@c0.example.net/x",
    "amqp": "amqp://app:<<{a12}>>@mq:5672",
    "jdbc": "jdbc:mysql://db/x?user=app&password=<<{a12}>>",
    "oracle": "jdbc:oracle:thin:scott/<<{a8}>>@db:1521:x",
    "token for user": "cloning https://<<{a36}>>@github.example/x.git",
    "url token": "GET /x?token=<<{a24}>>&b=1",
    "url access_token": "GET /cb#?access_token=<<{a24}>>&state=1",
    "url api key": "GET /x?a=1&api_key=<<{a24}>>",
    "url key": "GET /x?key=<<{a24}>>",
    "url code": "GET /callback?code=<<{a24}>>",
    "jsessionid": "GET /shop;jsessionid=<<{u32}>>?x=1",
    "phpsessid": "GET /x?PHPSESSID=<<{n26}>>",
    "sid": "GET /x?sid=<<{n26}>>",
    "sas": "https://x.blob.core.windows.net/c?sv=2024&sig=<<{a43}%3D>>&se=2026",
    "signed s3": "https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature=<<{h64}>>",
    "signed gcs": "https://storage.googleapis.com/b/k?X-Goog-Signature=<<{h128}>>",
    "signed cloudfront": "https://d1.cloudfront.net/k?Expires=1&Signature=<<{a60}>>&Key-Pair-Id=x",
    "reset link": "https://x.example/reset?reset=<<{a24}>>",
}
# How keys of known providers look, each after its public description.
KEYS = {
    "aws": "<<AKIA{u16}>>",
    "aws temporary": "<<ASIA{u16}>>",
    "aws session": "<<IQoJb3JpZ2lu{b120}>>",
    "github": "<<ghp_{a36}>>",
    "github app": "<<ghs_{a36}>>",
    "github fine": "<<github_pat_{a22}_{a59}>>",
    "gitlab": "<<glpat-{a20}>>",
    "gitlab runner": "<<glrt-{a20}>>",
    "slack bot": "<<xoxb-{d12}-{d12}-{a24}>>",
    "slack user": "<<xoxp-{d12}-{d12}-{d12}-{h32}>>",
    "slack app": "<<xapp-1-{u11}-{d13}-{h64}>>",
    "slack hook": "https://hooks.slack.com/services/<<T{u10}/B{u10}/{a24}>>",
    "google": "<<AIza{a35}>>",
    "google oauth": "<<ya29.{a60}>>",
    "google client": "<<GOCSPX-{a28}>>",
    "stripe": "<<sk_live_{a24}>>",
    "stripe restricted": "<<rk_test_{a24}>>",
    "stripe hook": "<<whsec_{a32}>>",
    "openai": "<<sk-proj-{a74}>>",
    "openai old": "<<sk-{a48}>>",
    "anthropic": "<<sk-ant-api03-{a93}AA>>",
    "hugging face": "<<hf_{l34}>>",
    "replicate": "<<r8_{a37}>>",
    "groq": "<<gsk_{a52}>>",
    "npm": "<<npm_{a36}>>",
    "pypi": "<<pypi-AgEIcHlwaS5vcmc{a70}>>",
    "rubygems": "<<rubygems_{h48}>>",
    "docker": "<<dckr_pat_{a27}>>",
    "digitalocean": "<<dop_v1_{h64}>>",
    "databricks": "<<dapi{h32}>>",
    "sendgrid": "<<SG.{a22}.{a43}>>",
    "mailgun": "<<key-{h32}>>",
    "brevo": "<<xkeysib-{h64}-{a16}>>",
    "twilio": "<<SK{h32}>>",
    "telegram": "<<{d10}:AA{a33}>>",
    "telegram in a path": "GET /<<bot{d10}:AA{a33}>>/getMe",
    "discord hook": "https://discord.com/api/webhooks/<<{d18}/{a68}>>",
    "discord": "<<M{a23}.{a6}.{a27}>>",
    "shopify": "<<shpat_{h32}>>",
    "square": "<<sq0atp-{a22}>>",
    "vault": "<<hvs.{a95}>>",
    "terraform": "<<{n14}.atlasv1.{n64}>>",
    "pulumi": "<<pul-{h40}>>",
    "doppler": "<<dp.pt.{a43}>>",
    "linear": "<<lin_api_{a40}>>",
    "notion": "<<ntn_{d11}{a35}>>",
    "figma": "<<figd_{a40}>>",
    "postman": "<<PMAK-{h24}-{h34}>>",
    "newrelic": "<<NRAK-{u27}>>",
    "grafana": "<<glsa_{a32}_{h8}>>",
    "sentry": "<<sntryu_{h64}>>",
    "atlassian": "<<ATATT3{a186}>>",
    "planetscale": "<<pscale_tkn_{a43}>>",
    "age": "<<AGE-SECRET-KEY-1" + "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE" + ">>",
    "supabase": "<<sbp_{h40}>>",
    "azure": "client <<{a3}8Q~{a34}>>",
    "alibaba": "<<LTAI{a20}>>",
    "heroku": "heroku_api_key = <<{h8}-{h4}-{h4}-{h4}-{h12}>>",
    "datadog": "datadog_api_key: <<{h40}>>",
    "algolia": "algolia_key=<<{n32}>>",
    "cloudflare": "cloudflare_api_key=<<{n40}>>",
    "twitter": "twitter_secret='<<{n45}>>'",
    "mattermost": "mattermost token: <<{n26}>>",
    "bcrypt": "<<$2b$12${a53}>>",
    "shadow": "<<$6${a8}${a86}>>",
}
PERSONAL = {
    "visa": "paid by <<4111111111111111>>",
    "visa with blanks": "paid by <<4111 1111 1111 1111>>",
    "visa with dashes": "paid by <<4012-8888-8888-1881>>",
    "mastercard": "card=<<5555555555554444>>,",
    "amex": "paid by <<3782 822463 10005>>.",
    "iban": "transfer to <<DE89370400440532013000>>",
    "iban with blanks": "transfer to <<GB82 WEST 1234 5698 7654 32>>",
    "mail": "sent to <<{l6}.{l4}@{l5}.example.org>>",
    "mail encoded": "GET /u?mail=<<{l6}%40{l5}.example.org>>",
    "mail not ASCII": "sent to <<jörg.{l5}@müller.example>>",
}


@dataclass(frozen=True, slots=True)
class Planted:
    """A line as an application would write it, and the secrets in it."""

    kind: str
    line: str
    secrets: tuple[str, ...]


def planted_secrets(seed: int = 7) -> list[Planted]:
    """Return a line of every kind, with secrets drawn by chance."""
    chance = random.Random(seed)
    kinds = {**NAMED, **HEADERS, **ADDRESSES, **KEYS, **PERSONAL}
    found = [_planted(kind, form, chance) for kind, form in kinds.items()]
    return [*found, _web_token(chance)]


def private_key(chance: random.Random, name: str = "RSA ") -> list[str]:
    """Return the lines of what looks like a private key."""
    body = ["".join(chance.choices(_ALPHABETS["b"], k=64)) for _ in range(12)]
    last = "".join(chance.choices(_ALPHABETS["b"], k=6)) + "=="
    return [f"-----BEGIN {name}PRIVATE KEY-----", *body, last, f"-----END {name}PRIVATE KEY-----"]


def _planted(kind: str, form: str, chance: random.Random) -> Planted:
    line = _PIECE.sub(lambda piece: "".join(chance.choices(_ALPHABETS[piece[1]], k=int(piece[2]))), form)
    return Planted(kind, _SECRET.sub(r"\1", line), tuple(_SECRET.findall(line)))


def _web_token(chance: random.Random) -> Planted:
    parts = [urlsafe_b64encode(b'{"alg":"HS256","n":"%d"}' % chance.getrandbits(64)).decode().rstrip("=") for _ in "ab"]
    token = ".".join([*parts, "".join(chance.choices(_ALPHABETS["a"], k=43))])
    return Planted("web token", f"token {token} refused", (token,))

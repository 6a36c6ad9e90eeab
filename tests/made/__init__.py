"""New sessions made from recorded ones by editing their text: faults elsewhere, and variations that change nothing."""

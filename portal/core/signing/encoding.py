"""A mend of asn1crypto 1.5.1, without which one signature in some eighty costs ten seconds instead of a tenth.

The library never remembers that it has encoded a structure it built: each look at the contents of one level encodes all
levels below it anew, and there are two looks a level. Where a length happens to end in the byte 80 it takes the header
for one of indefinite length, and there are four. A time stamp inside a signature lies twenty levels deep.
"""

from asn1crypto import core

BUILT = (core.Sequence, core.SequenceOf, core.Set, core.SetOf)


def remember_what_is_encoded() -> None:
    """Have built structures take what they encoded as what they are, until one of their fields is set anew."""
    for kind in BUILT:
        encode = kind.__dict__.get("_set_contents")
        if encode and not hasattr(encode, "forgets"):
            kind._set_contents = _remembering(encode)


def _remembering(encode):
    def _set_contents(self, force=False):
        encode(self, force)
        self._mutated = False

    _set_contents.forgets = encode
    return _set_contents

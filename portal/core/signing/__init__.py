"""Portal signatures: who may be believed, keys under a passphrase, signing, examining. Knows no model."""

from portal.core.signing.encoding import remember_what_is_encoded

remember_what_is_encoded()

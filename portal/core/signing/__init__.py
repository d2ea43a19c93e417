"""Portal signatures: who may be believed, keys under a passphrase, signing, examining. Knows no model."""

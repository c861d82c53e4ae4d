"""``python -m hessproof.proofs_check`` is ``hessproof``."""

from __future__ import annotations

from hessproof.proofs_check.cli.main import main

if __name__ == "__main__":
    main()

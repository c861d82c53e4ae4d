"""How an average loss changes when one object is added (Kiselev & Grabovoy 2024, §3.2 and §4.2)."""

"""The population register: its contract, our client, and a simulator to test against."""

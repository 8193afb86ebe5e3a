"""Job ads of our own, labelled by a strict reader before any parser saw them."""

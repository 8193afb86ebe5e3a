"""Wire ⇄ domain, as pure functions; nothing outside ``rpc`` sees a protobuf message."""

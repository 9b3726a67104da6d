"""The graph room: concepts, maps of libraries, and the cheapest path from one library to another."""

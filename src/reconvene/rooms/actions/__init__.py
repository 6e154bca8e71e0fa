"""What people do in a room, by noun. Every action locks the room's row first, so that events become visible in order."""

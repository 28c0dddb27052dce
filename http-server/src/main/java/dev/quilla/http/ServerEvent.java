package dev.quilla.http;

/** What all connections are told. */
enum ServerEvent {
    /** The server closes: idle connections go, others end with their request. */
    STOPPING
}

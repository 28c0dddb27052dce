package dev.quilla.server.config;

import java.util.List;

/** A configuration that can't be used; the message names every bad key and what it should be. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** All errors of one source, which may be a file's path. */
    public ConfigException(String source, List<String> errors) {
        super(source + ": " + String.join("; ", errors));
    }
}

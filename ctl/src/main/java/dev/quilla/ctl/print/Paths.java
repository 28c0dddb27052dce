package dev.quilla.ctl.print;

import dev.quilla.ctl.failure.UsageException;
import dev.quilla.model.jsonpath.JsonPath;

/** JSONPath as flags have it. */
public final class Paths {

    private Paths() {}

    /**
     * Reads a template; one without braces is a path.
     *
     * @throws UsageException if it is malformed
     */
    public static JsonPath parse(String template) {
        try {
            return JsonPath.parse(template);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}

package dev.quilla.plugin;

import java.time.Duration;
import java.util.Map;

/**
 * A way to find out whether a container is well, beyond exec, HTTP, TCP and gRPC. A pod asks for it
 * by annotation: {@code health.quilla.dev/<container>.<liveness|readiness|startup>:
 * {"plugin":"<name>","params":{…},"periodSeconds":5}}.
 *
 * <p>Thread-safe; called on a thread of its own, which is interrupted when the time-out is over.
 */
public interface HealthCheck {

    /** The name that annotations use. */
    String name();

    /**
     * Looks once.
     *
     * @param target the container to look at
     * @param parameters {@code params} of the annotation
     * @param timeout how long it may take
     * @throws Exception counts as unhealthy, with the message as the reason
     */
    Health check(Target target, Map<String, String> parameters, Duration timeout) throws Exception;
}

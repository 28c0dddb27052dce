package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Lifecycle;
import dev.quilla.model.core.v1.Probe;
import dev.quilla.model.validation.FieldError;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What is done to find out how a container is, and when it starts and stops. */
final class HandlerRules {

    private static final List<String> KINDS =
            List.of("exec", "httpGet", "tcpSocket", "grpc", "sleep");
    private static final Pattern HEADER = Pattern.compile("[-A-Za-z0-9]+");

    private static final FieldRules HANDLER =
            FieldRules.of(
                    FieldRules.required("exec.command", ""),
                    FieldRules.text("httpGet.port", FormRules::port),
                    FieldRules.text("httpGet.httpHeaders[].name", HandlerRules::header),
                    FieldRules.text("tcpSocket.port", FormRules::port),
                    FieldRules.port("grpc.port"));

    private static final FieldRules TIMES =
            FieldRules.of(
                    FieldRules.atLeast("initialDelaySeconds", 0),
                    FieldRules.atLeast("timeoutSeconds", 0),
                    FieldRules.atLeast("periodSeconds", 0),
                    FieldRules.atLeast("successThreshold", 0),
                    FieldRules.atLeast("failureThreshold", 0));

    private HandlerRules() {}

    private static Optional<String> header(String name) {
        return HEADER.matcher(name).matches()
                ? Optional.empty()
                : Optional.of(
                        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g."
                                + " 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')");
    }

    /** What is asked of a container; whether it is ready may come and go, the rest may not. */
    static void probe(Struct part, String at, List<FieldError> errors) {
        Probe probe = new Probe(part);
        boolean readiness = at.endsWith("readinessProbe");
        handler(part, at, errors);
        errors.addAll(TIMES.check(part, Optional.empty(), at));
        if (!readiness && probe.successThreshold() != 1) {
            errors.add(
                    FieldError.invalid(
                            at + ".successThreshold", probe.successThreshold(), "must be 1"));
        }
        if (!probe.hasTerminationGracePeriodSeconds()) {
            return;
        }
        long grace = probe.terminationGracePeriodSeconds();
        String place = at + ".terminationGracePeriodSeconds";
        if (readiness) {
            errors.add(FieldError.invalid(place, grace, "must not be set for readinessProbes"));
        } else if (grace <= 0) {
            errors.add(FieldError.invalid(place, grace, "must be greater than 0"));
        }
    }

    /**
     * What is done when a container starts and stops.
     *
     * @param grace how many seconds it has to stop
     * @param os whether the pod says what it runs on
     */
    static void lifecycle(
            Lifecycle lifecycle, String at, long grace, boolean os, List<FieldError> errors) {
        if (lifecycle.hasPostStart()) {
            hook(lifecycle.postStart().struct(), at + ".postStart", grace, errors);
        }
        if (lifecycle.hasPreStop()) {
            hook(lifecycle.preStop().struct(), at + ".preStop", grace, errors);
        }
        if (lifecycle.hasStopSignal() && !os) {
            errors.add(
                    FieldError.forbidden(
                            at + ".stopSignal",
                            "may not be set for containers with empty `spec.os.name`"));
        }
    }

    private static void hook(Struct part, String at, long grace, List<FieldError> errors) {
        handler(part, at, errors);
        long seconds = part.at("sleep", "seconds").map(n -> ((Number) n).longValue()).orElse(0L);
        if (seconds < 0 || seconds > grace) {
            errors.add(
                    FieldError.invalid(
                            at + ".sleep",
                            seconds,
                            "must be non-negative and less than terminationGracePeriodSeconds ("
                                    + grace
                                    + ")"));
        }
    }

    private static void handler(Struct part, String at, List<FieldError> errors) {
        List<String> set = KINDS.stream().filter(name -> part.find(name).isPresent()).toList();
        if (set.isEmpty()) {
            errors.add(FieldError.required(at, "must specify a handler type"));
        }
        set.stream()
                .skip(1)
                .forEach(name ->
                        errors.add(
                                FieldError.forbidden(
                                        at + "." + name,
                                        "may not specify more than 1 handler type")));
        errors.addAll(HANDLER.check(part, Optional.empty(), at));
    }
}

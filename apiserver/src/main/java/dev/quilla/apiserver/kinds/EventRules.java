package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.FieldRules.immutable;
import static dev.quilla.apiserver.kinds.FieldRules.oneOf;
import static dev.quilla.apiserver.kinds.FieldRules.required;
import static dev.quilla.apiserver.kinds.FieldRules.text;
import static dev.quilla.apiserver.kinds.PartRules.part;

import dev.quilla.model.Struct;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The part of {@link KindRules} about events, which are older and newer ones in either group. */
final class EventRules {

    private static final int WORD_MAX = 128;
    private static final int NOTE_MAX = 1024;

    /** Where events about what is in no namespace are. */
    private static final Set<String> CLUSTER = Set.of("default", "kube-system");

    static final Map<String, FieldRules> BY_RESOURCE =
            Map.of(
                    "events",
                    FieldRules.of(
                            part("", (event, at, errors) -> place(event, "involvedObject", errors)),
                            part("", EventRules::newer)),
                    "events.events.k8s.io",
                    FieldRules.of(
                            required("eventTime", ""),
                            required("reportingController", ""),
                            text("reportingController", Names::qualified),
                            required("reportingInstance", ""),
                            text("reportingInstance", EventRules::word),
                            required("action", ""),
                            text("action", EventRules::word),
                            required("reason", ""),
                            text("reason", EventRules::word),
                            text("note", EventRules::note),
                            required("type", ""),
                            oneOf("type", "Normal", "Warning"),
                            immutable("regarding"),
                            immutable("related"),
                            immutable("eventTime"),
                            immutable("reportingController"),
                            immutable("reportingInstance"),
                            immutable("action"),
                            immutable("reason"),
                            immutable("note"),
                            immutable("type")));

    private EventRules() {}

    /** An event is in the namespace of what it is about. */
    private static void place(Struct event, String about, List<FieldError> errors) {
        String namespace = event.text("metadata", "namespace");
        String its = event.text(about, "namespace");
        if (its.isEmpty() ? !CLUSTER.contains(namespace) : !its.equals(namespace)) {
            errors.add(
                    FieldError.invalid(
                            about + ".namespace", its, "does not match event.namespace"));
        }
    }

    /** One that says when it happened says by whom, too. */
    private static void newer(Struct event, String at, List<FieldError> errors) {
        if (!event.has("eventTime")) {
            return;
        }
        for (String field :
                List.of("reportingComponent", "reportingInstance", "action", "reason")) {
            String value = event.text(field);
            Optional<String> problem =
                    field.equals("reportingComponent") ? Names.qualified(value) : word(value);
            if (value.isEmpty()) {
                errors.add(FieldError.required(field, ""));
            } else {
                problem.ifPresent(p -> errors.add(FieldError.invalid(field, value, p)));
            }
        }
        String message = event.text("message");
        note(message).ifPresent(p -> errors.add(FieldError.invalid("message", message, p)));
    }

    private static Optional<String> word(String text) {
        return text.length() > WORD_MAX
                ? Optional.of("can have at most " + WORD_MAX + " characters")
                : Optional.empty();
    }

    private static Optional<String> note(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length > NOTE_MAX
                ? Optional.of("can have at most " + NOTE_MAX + " bytes")
                : Optional.empty();
    }
}

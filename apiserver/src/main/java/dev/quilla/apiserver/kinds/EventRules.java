package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.FieldRules.immutable;
import static dev.quilla.apiserver.kinds.FieldRules.required;
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
    private static final Set<String> TYPES = Set.of("Normal", "Warning");

    static final Map<String, FieldRules> BY_RESOURCE =
            Map.of(
                    "events",
                    FieldRules.of(
                            part("", (event, at, errors) -> place(event, "involvedObject", errors)),
                            part(
                                    "",
                                    (event, at, errors) ->
                                            newer(event, "reportingComponent", "message", errors))),
                    "events.events.k8s.io",
                    FieldRules.of(
                            required("eventTime", ""),
                            part(
                                    "",
                                    (event, at, errors) ->
                                            newer(event, "reportingController", "note", errors)),
                            part("", (event, at, errors) -> place(event, "regarding", errors)),
                            part("", EventRules::type),
                            part("series", EventRules::series),
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

    /**
     * An event is in the namespace of what it is about; of what is in none, in that where all such
     * are. Of one that says when it happened, only the latter is asked.
     */
    private static void place(Struct event, String about, List<FieldError> errors) {
        String namespace = event.text("metadata", "namespace");
        String its = event.text(about, "namespace");
        boolean newer = event.has("eventTime");
        boolean there =
                its.isEmpty()
                        ? namespace.equals("default") || newer && namespace.equals("kube-system")
                        : newer || its.equals(namespace);
        if (!there) {
            errors.add(
                    FieldError.invalid(
                            "involvedObject.namespace", its, "does not match event.namespace"));
        }
    }

    private static void type(Struct event, String at, List<FieldError> errors) {
        String type = event.text("type");
        if (!TYPES.contains(type)) {
            errors.add(FieldError.invalid("type", "", "has invalid value: " + type));
        }
    }

    private static void series(Struct series, String at, List<FieldError> errors) {
        if (!(series.find("count").orElse(0) instanceof Integer count) || count < 2) {
            errors.add(FieldError.invalid(at + ".count", "", "should be at least 2"));
        }
        if (!series.has("lastObservedTime")) {
            errors.add(FieldError.required(at + ".lastObservedTime", ""));
        }
    }

    /** One that says when it happened says by whom, too. */
    private static void newer(Struct event, String by, String text, List<FieldError> errors) {
        if (!event.has("eventTime")) {
            return;
        }
        for (String field : List.of(by, "reportingInstance", "action", "reason")) {
            String value = event.text(field);
            Optional<String> problem = field.equals(by) ? Names.qualified(value) : word(value);
            if (value.isEmpty()) {
                errors.add(FieldError.required(field, ""));
            } else {
                problem.ifPresent(p -> errors.add(FieldError.invalid(field, value, p)));
            }
        }
        String message = event.text(text);
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

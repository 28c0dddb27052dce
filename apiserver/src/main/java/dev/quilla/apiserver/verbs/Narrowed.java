package dev.quilla.apiserver.verbs;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.EphemeralContainer;
import dev.quilla.model.core.v1.Pod;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What of an object is changed by way of one of its subresources; all else stays as it is. */
final class Narrowed {

    private Narrowed() {}

    /**
     * The object with as much of the change as there may be.
     *
     * @param subresource empty for the object itself
     */
    static Struct of(String subresource, Struct before, Struct sent) {
        return switch (subresource) {
            case "ephemeralcontainers" ->
                    withEphemeral(new Pod(before), new Pod(sent).spec().ephemeralContainers());
            case "resize" -> resized(new Pod(before), new Pod(sent));
            case "approval" -> approved(before, sent);
            default -> sent;
        };
    }

    private static Struct withEphemeral(Pod before, List<EphemeralContainer> containers) {
        return before.toBuilder().spec(s -> s.ephemeralContainers(containers)).build().struct();
    }

    private static Struct resized(Pod before, Pod sent) {
        return before.toBuilder()
                .spec(s -> {
                    s.containers(resized(before.spec().containers(), sent.spec().containers()));
                    return before.spec().hasInitContainers()
                            ? s.initContainers(
                                    resized(
                                            before.spec().initContainers(),
                                            sent.spec().initContainers()))
                            : s;
                })
                .build()
                .struct();
    }

    private static List<Container> resized(List<Container> before, List<Container> sent) {
        Map<String, Container> byName =
                sent.stream()
                        .collect(
                                Collectors.toMap(
                                        Container::name, Function.identity(), (a, b) -> a));
        return before.stream()
                .map(c -> {
                    Container wanted = byName.getOrDefault(c.name(), c);
                    Container.Builder resized = c.toBuilder().resources(wanted.resources());
                    return (wanted.hasResizePolicy()
                                    ? resized.resizePolicy(wanted.resizePolicy())
                                    : resized.clearResizePolicy())
                            .build();
                })
                .toList();
    }

    /** The conditions; what of the metadata may change is the same as for every status. */
    private static Struct approved(Struct before, Struct sent) {
        Struct object =
                sent.find("metadata")
                        .map(metadata -> before.with("metadata", metadata))
                        .orElse(before);
        return sent.at("status", "conditions")
                .map(conditions -> object.withAt(conditions, "status", "conditions"))
                .orElse(object);
    }
}

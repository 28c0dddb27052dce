package dev.quilla.model.health;

import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The probes by plugins that a pod's annotations ask for. */
public final class PluginProbes {

    private PluginProbes() {}

    /** Those of one container; annotations that can't be read are none. */
    public static List<PluginProbe> of(Map<String, String> annotations, String container) {
        List<PluginProbe> probes = new ArrayList<>();
        ours(annotations)
                .forEach((key, value) -> {
                    try {
                        probes.add(PluginProbe.parse(key, value));
                    } catch (IllegalArgumentException e) {
                        return; // The API refuses such pods.
                    }
                });
        return probes.stream().filter(p -> p.container().equals(container)).toList();
    }

    /**
     * What is wrong with annotations.
     *
     * @param at the path of the annotations, such as {@code metadata.annotations}
     */
    public static List<FieldError> check(Map<String, String> annotations, PodSpec spec, String at) {
        Set<String> containers =
                Stream.concat(spec.initContainers().stream(), spec.containers().stream())
                        .map(Container::name)
                        .collect(Collectors.toSet());
        List<FieldError> errors = new ArrayList<>();
        ours(annotations)
                .forEach((key, value) -> {
                    String place = at + "[" + key + "]";
                    try {
                        String container = PluginProbe.parse(key, value).container();
                        if (!containers.contains(container)) {
                            errors.add(
                                    FieldError.invalid(
                                            place,
                                            container,
                                            "the pod has no container of that name"));
                        }
                    } catch (IllegalArgumentException e) {
                        errors.add(
                                FieldError.invalid(place, value, String.valueOf(e.getMessage())));
                    }
                });
        return errors;
    }

    private static Map<String, String> ours(Map<String, String> annotations) {
        Map<String, String> ours = new TreeMap<>(annotations);
        ours.keySet().removeIf(key -> !key.startsWith(PluginProbe.PREFIX));
        return ours;
    }
}

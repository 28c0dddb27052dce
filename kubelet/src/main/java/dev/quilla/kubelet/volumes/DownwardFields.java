package dev.quilla.kubelet.volumes;

import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.ResourceFieldSelector;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What pods may learn of themselves, in files and in variables.
 *
 * @param allocatable what the node has for pods: a container without a limit may use all of it
 */
public record DownwardFields(Map<String, Quantity> allocatable) {

    private static final Pattern KEYED =
            Pattern.compile("metadata\\.(labels|annotations)\\['(.*)'\\]");

    public DownwardFields {
        allocatable = Map.copyOf(allocatable);
    }

    /** A field of a pod as text; labels and annotations as lines of {@code key="value"}. */
    public static String field(Pod pod, String path) {
        Matcher keyed = KEYED.matcher(path);
        if (keyed.matches()) {
            return (keyed.group(1).equals("labels")
                            ? pod.metadata().labels()
                            : pod.metadata().annotations())
                    .getOrDefault(keyed.group(2), "");
        }
        return switch (path) {
            case "metadata.labels" -> lines(pod.metadata().labels());
            case "metadata.annotations" -> lines(pod.metadata().annotations());
            default -> pod.struct().text(path.split("\\."));
        };
    }

    private static String lines(Map<String, String> map) {
        return new TreeMap<>(map)
                .entrySet().stream()
                        .map(e -> e.getKey() + "=" + quoted(e.getValue()))
                        .collect(Collectors.joining("\n"));
    }

    private static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        value.chars()
                .forEach(c -> {
                    switch (c) {
                        case '"' -> text.append("\\\"");
                        case '\\' -> text.append("\\\\");
                        case '\n' -> text.append("\\n");
                        case '\r' -> text.append("\\r");
                        case '\t' -> text.append("\\t");
                        default -> {
                            if (c < ' ' || c == 0x7f) {
                                text.append("\\x%02x".formatted(c));
                            } else {
                                text.append((char) c);
                            }
                        }
                    }
                });
        return text.append('"').toString();
    }

    /** A container's request or limit in units of the divisor, rounded up. */
    public String resource(Container container, ResourceFieldSelector selector) {
        String[] parts = selector.resource().split("\\.", 2);
        String name = parts[parts.length - 1];
        boolean limit = parts[0].equals("limits");
        Map<String, Quantity> own =
                limit ? container.resources().limits() : container.resources().requests();
        Quantity none = limit ? allocatable.getOrDefault(name, Quantity.ZERO) : Quantity.ZERO;
        BigDecimal amount = own.getOrDefault(name, none).decimal();
        BigDecimal divisor =
                selector.divisor()
                        .filter(d -> !d.isZero())
                        .map(Quantity::decimal)
                        .orElse(BigDecimal.ONE);
        return amount.divide(divisor, 0, RoundingMode.CEILING).toPlainString();
    }
}

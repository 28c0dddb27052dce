package dev.quilla.ctl.describe;

import dev.quilla.ctl.cluster.Tree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Parts of objects in a few words. */
final class Texts {

    private Texts() {}

    static Optional<String> words(List<?> words) {
        return words.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        words.stream()
                                .map(String::valueOf)
                                .collect(Collectors.joining(" "))
                                .replace("\n", "\\n"));
    }

    static String containerPorts(Tree container) {
        return container.trees("ports").stream()
                .map(p -> p.text("containerPort") + "/" + p.textOr("TCP", "protocol"))
                .collect(Collectors.joining(", "));
    }

    static String variable(Tree variable) {
        String source =
                variable.tree("valueFrom").fields().keySet().stream().findFirst().orElse("");
        return variable.text("name")
                + (source.isEmpty() ? "=" + variable.text("value") : " from " + source);
    }

    static String mount(Tree mount) {
        return "%s from %s (%s)"
                .formatted(
                        mount.text("mountPath"),
                        mount.text("name"),
                        mount.text("readOnly").equals("true") ? "ro" : "rw");
    }

    static String probe(Tree probe) {
        String how;
        if (probe.at("httpGet").isPresent()) {
            how = "http-get :" + probe.text("httpGet", "port") + probe.text("httpGet", "path");
        } else if (probe.at("tcpSocket").isPresent()) {
            how = "tcp-socket :" + probe.text("tcpSocket", "port");
        } else if (probe.at("grpc").isPresent()) {
            how = "grpc :" + probe.text("grpc", "port");
        } else {
            how = "exec " + words(probe.list("exec", "command")).orElse("");
        }
        return "%s delay=%ds timeout=%ss period=%ss #success=%s #failure=%s"
                .formatted(
                        how,
                        probe.number("initialDelaySeconds"),
                        probe.textOr("1", "timeoutSeconds"),
                        probe.textOr("10", "periodSeconds"),
                        probe.textOr("1", "successThreshold"),
                        probe.textOr("3", "failureThreshold"));
    }

    static String toleration(Tree toleration) {
        String value = toleration.text("value");
        String seconds = toleration.text("tolerationSeconds");
        return toleration.text("key")
                + (value.isEmpty() ? "" : "=" + value)
                + (toleration.text("effect").isEmpty() ? "" : ":" + toleration.text("effect"))
                + (toleration.text("operator").equals("Exists") ? " op=Exists" : "")
                + (seconds.isEmpty() ? "" : " for " + seconds + "s");
    }

    static String taint(Tree taint) {
        String value = taint.text("value");
        return taint.text("key")
                + (value.isEmpty() ? "" : "=" + value)
                + ":"
                + taint.text("effect");
    }

    static String labels(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(","));
    }
}

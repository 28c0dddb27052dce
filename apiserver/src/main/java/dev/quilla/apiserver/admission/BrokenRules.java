package dev.quilla.apiserver.admission;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rules of the Pod Security Standards that a pod breaks, and how. */
final class BrokenRules {

    private final Map<String, List<String>> details = new LinkedHashMap<>();

    void add(String rule, String detail) {
        details.computeIfAbsent(rule, r -> new ArrayList<>()).add(detail);
    }

    /** Notes that parts of a pod do something, if there are any. */
    void add(String rule, PodSecurityParts parts, String what) {
        if (!parts.none()) {
            add(rule, parts.text() + " " + what);
        }
    }

    boolean none() {
        return details.isEmpty();
    }

    /** Each rule with what breaks it, in Kubernetes' words. */
    String told() {
        List<String> all = new ArrayList<>();
        details.forEach((rule, how) -> all.add(rule + " (" + String.join("; ", how) + ")"));
        return String.join(", ", all);
    }

    /** The rules alone. */
    String rules() {
        return String.join(", ", details.keySet());
    }
}

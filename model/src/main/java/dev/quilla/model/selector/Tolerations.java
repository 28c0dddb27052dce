package dev.quilla.model.selector;

import dev.quilla.model.core.v1.Taint;
import dev.quilla.model.core.v1.Toleration;
import java.util.List;

/** Which taints a pod puts up with, as the Kubernetes documentation defines it. */
public final class Tolerations {

    /** New pods stay away. */
    public static final String NO_SCHEDULE = "NoSchedule";

    /** New pods go elsewhere where they can. */
    public static final String PREFER_NO_SCHEDULE = "PreferNoSchedule";

    /** All pods leave. */
    public static final String NO_EXECUTE = "NoExecute";

    private Tolerations() {}

    /** Whether one of the tolerations fits a taint. */
    public static boolean tolerates(List<Toleration> tolerations, Taint taint) {
        return tolerates(tolerations, taint.key(), taint.value(), taint.effect());
    }

    /** Whether one of the tolerations fits a taint of this key, value and effect. */
    public static boolean tolerates(
            List<Toleration> tolerations, String key, String value, String effect) {
        return tolerations.stream().anyMatch(t -> matches(t, key, value, effect));
    }

    /** Whether a toleration fits a taint. */
    public static boolean fits(Toleration toleration, Taint taint) {
        return matches(toleration, taint.key(), taint.value(), taint.effect());
    }

    private static boolean matches(Toleration toleration, String key, String value, String effect) {
        if (!toleration.effect().isEmpty() && !toleration.effect().equals(effect)) {
            return false;
        }
        // An empty key is allowed only with Exists, and then means every taint.
        if (!toleration.key().isEmpty() && !toleration.key().equals(key)) {
            return false;
        }
        return switch (toleration.operator()) {
            case "Exists" -> true;
            case "", "Equal" -> toleration.value().equals(value);
            default -> false;
        };
    }
}

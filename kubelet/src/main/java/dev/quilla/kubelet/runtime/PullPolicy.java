package dev.quilla.kubelet.runtime;

/** When an image is fetched. */
public enum PullPolicy {
    /** Each time. */
    ALWAYS,
    /** When it is not there. */
    IF_NOT_PRESENT,
    /** Never: it must be there. */
    NEVER;

    /** By its name in a pod: {@code Always}, {@code Never}, anything else is IfNotPresent. */
    public static PullPolicy of(String name) {
        return switch (name) {
            case "Always" -> ALWAYS;
            case "Never" -> NEVER;
            default -> IF_NOT_PRESENT;
        };
    }
}

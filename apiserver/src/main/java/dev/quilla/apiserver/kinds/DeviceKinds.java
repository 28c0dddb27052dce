package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.DefaultedKind.set;
import static dev.quilla.apiserver.kinds.DefaultedKind.setWhere;

/** Defaults of claims to devices. */
final class DeviceKinds {

    private static final String MODE = "allocationMode";
    private static final String EXACT_COUNT = "ExactCount";

    private DeviceKinds() {}

    /**
     * What a claim asks for is one device, unless it says otherwise.
     *
     * @param requests where they stand
     */
    static KindBehaviour claims(String requests) {
        return DefaultedKind.of(
                set(requests + ".exactly.allocationMode", EXACT_COUNT),
                setWhere(requests + ".exactly.count", 1L, MODE, EXACT_COUNT),
                set(requests + ".exactly.tolerations[].operator", "Equal"),
                set(requests + ".firstAvailable[].allocationMode", EXACT_COUNT),
                setWhere(requests + ".firstAvailable[].count", 1L, MODE, EXACT_COUNT),
                set(requests + ".firstAvailable[].tolerations[].operator", "Equal"));
    }
}

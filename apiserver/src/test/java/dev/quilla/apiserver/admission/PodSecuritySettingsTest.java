package dev.quilla.apiserver.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodSecuritySettingsTest {

    private static final String LABEL = "pod-security.kubernetes.io/";

    private static PodSecuritySettings defaults(Map<String, String> defaults) {
        return new PodSecuritySettings(defaults, Set.of(), Set.of(), Set.of());
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', '', privileged:latest",
        "restricted, '', '', restricted:latest",
        "restricted, v1.30, '', restricted:v1.30",
        "restricted, '', v1.20, restricted:v1.20",
        "privileged, '', '', privileged:latest",
        "odd, '', '', privileged:latest",
    })
    void whatIsEnforcedByALabelIsWarnedOf(
            String enforce, String version, String warnVersion, String warned) {
        Map<String, String> labels = new HashMap<>();
        put(labels, "enforce", enforce);
        put(labels, "enforce-version", version);
        put(labels, "warn-version", warnVersion);
        assertEquals(warned, PodSecuritySettings.NONE.warned(labels).toString());
    }

    @Test
    void whatIsEnforcedByDefaultIsNotWarnedOf() {
        PodSecuritySettings settings = defaults(Map.of("enforce", "restricted"));
        assertEquals("privileged:latest", settings.warned(Map.of()).toString());
        assertEquals("restricted:latest", settings.enforced(Map.of()).toString());
    }

    @Test
    void aDefaultThatIsMoreThanALabelEnforcesIsWarnedOf() {
        PodSecuritySettings settings =
                defaults(Map.of("warn", "restricted", "warn-version", "v1.9"));
        assertEquals(
                "restricted:v1.9",
                settings.warned(Map.of(LABEL + "enforce", "baseline")).toString());
        assertEquals(
                "baseline:v1.9", settings.warned(Map.of(LABEL + "warn", "baseline")).toString());
    }

    @Test
    void labelsComeBeforeDefaults() {
        PodSecuritySettings settings =
                defaults(
                        Map.of(
                                "enforce",
                                "baseline",
                                "enforce-version",
                                "v1.7",
                                "audit",
                                "baseline"));
        assertEquals("baseline:v1.7", settings.enforced(Map.of()).toString());
        assertEquals(
                "privileged:v1.7",
                settings.enforced(Map.of(LABEL + "enforce", "privileged")).toString());
        assertEquals(
                "baseline:v1.8",
                settings.enforced(Map.of(LABEL + "enforce-version", "v1.8")).toString());
        assertEquals("baseline:latest", settings.noted(Map.of()).toString());
    }

    @Test
    void otherDefaultsThereAreNot() {
        assertThrows(IllegalArgumentException.class, () -> defaults(Map.of("enforce", "most")));
        assertThrows(IllegalArgumentException.class, () -> defaults(Map.of("warn-version", "1")));
        assertThrows(IllegalArgumentException.class, () -> defaults(Map.of("deny", "baseline")));
    }

    private static void put(Map<String, String> labels, String key, String value) {
        if (!value.isEmpty()) {
            labels.put(LABEL + key, value);
        }
    }
}

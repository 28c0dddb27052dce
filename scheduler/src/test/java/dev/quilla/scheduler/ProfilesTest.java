package dev.quilla.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.quilla.v1.SchedulerPolicy;
import dev.quilla.model.quilla.v1.SchedulerProfile;
import dev.quilla.plugin.SchedulingPolicy;
import dev.quilla.plugin.host.Provided;
import dev.quilla.scheduler.Profile.Trust;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ProfilesTest {

    private static final Provided<SchedulingPolicy> FIT = provided("Fit", true, true);
    private static final Provided<SchedulingPolicy> RACK = provided("rack", false, true);
    private static final Provided<SchedulingPolicy> SHY = provided("shy", false, false);

    private static Provided<SchedulingPolicy> provided(
            String name, boolean bundled, boolean joins) {
        return new Provided<>("plugin-" + name, bundled, joins, () -> name);
    }

    private static SchedulerProfile object(
            String name, List<UnaryOperator<SchedulerPolicy.Builder>> policies) {
        return SchedulerProfile.builder()
                .metadata(m -> m.name(name))
                .spec(s ->
                        s.policies(
                                policies.stream()
                                        .map(p -> p.apply(SchedulerPolicy.builder()).build())
                                        .toList()))
                .build();
    }

    private static List<String> policies(Profiles profiles, String schedulerName) {
        return profiles.find(schedulerName).orElseThrow().policies().stream()
                .map(p -> p.name() + "=" + p.weight())
                .toList();
    }

    @Test
    void installedPoliciesJoinTheDefaultProfileUnlessTheyAreNotTo() {
        Profiles profiles = Profiles.of(List.of(FIT, RACK, SHY), List.of());
        assertEquals(List.of("Fit=1", "rack=1"), policies(profiles, ""));
        assertEquals(List.of("Fit=1", "rack=1"), policies(profiles, "default-scheduler"));
        assertTrue(profiles.find("somebody-else").isEmpty());
    }

    @Test
    void aProfileNamesWhatItWantsOnTopOfTheBuiltIn() {
        Profiles profiles =
                Profiles.of(
                        List.of(FIT, RACK, SHY),
                        List.of(object("batch", List.of(p -> p.name("shy").weight(5)))));
        assertEquals(List.of("Fit=1", "shy=5"), policies(profiles, "batch"));
        assertEquals(
                List.of(Trust.BUILT_IN, Trust.NAMED),
                profiles.find("batch").orElseThrow().policies().stream()
                        .map(Profile.Weighted::trust)
                        .toList());
    }

    @Test
    void theDefaultProfileCanBeChangedToo() {
        Profiles profiles =
                Profiles.of(
                        List.of(FIT, RACK),
                        List.of(
                                object(
                                        "default-scheduler",
                                        List.of(
                                                p -> p.name("Fit").weight(0),
                                                p -> p.name("rack").enabled(false)))));
        assertEquals(List.of("Fit=0"), policies(profiles, ""));
    }

    @Test
    void saysWhichPoliciesAreMissing() {
        Profiles profiles =
                Profiles.of(
                        List.of(FIT),
                        List.of(
                                object(
                                        "gpu",
                                        List.of(
                                                p -> p.name("rack"),
                                                p -> p.name("old").enabled(false)))));
        assertEquals(List.of("rack"), profiles.find("gpu").orElseThrow().missing());
    }
}

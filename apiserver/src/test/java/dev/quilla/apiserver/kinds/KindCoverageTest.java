package dev.quilla.apiserver.kinds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.model.AddressRange;
import dev.quilla.model.GroupResource;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** No kind's rules are forgotten: each has some, or is known to need none. */
class KindCoverageTest {

    /**
     * Objects that are only asked questions, and never kept; and kinds whose schema says all there
     * is to say: a namespace has a name, an account names secrets, chunks of plugins are bytes.
     */
    private static final Set<String> NOTHING_TO_CHECK =
            Set.of(
                    "bindings",
                    "selfsubjectreviews.authentication.k8s.io",
                    "tokenreviews.authentication.k8s.io",
                    "localsubjectaccessreviews.authorization.k8s.io",
                    "selfsubjectaccessreviews.authorization.k8s.io",
                    "selfsubjectrulesreviews.authorization.k8s.io",
                    "subjectaccessreviews.authorization.k8s.io",
                    "serviceaccounts",
                    "plugins.quilla.dev",
                    "pluginchunks.quilla.dev",
                    "schedulerprofiles.quilla.dev");

    private static final Map<GroupResource, KindBehaviour> BEHAVIOURS =
            Kinds.behaviours(
                    new ServiceAddresses(
                            AddressRange.parse("10.96.0.0/16"),
                            new Random(1),
                            InstantSource.system(),
                            () -> "uid"),
                    new Random(1));

    @Test
    void everyKindThatIsWrittenHasRulesOrNeedsNone() throws NoSuchMethodException {
        Set<String> without = new TreeSet<>();
        for (ApiResource resource : Schema.builtin().resources()) {
            GroupResource name = resource.gvr().groupResource();
            if (resource.verbs().contains("create") && !hasRules(name)) {
                without.add(name.toString());
            }
        }
        assertEquals(new TreeSet<>(NOTHING_TO_CHECK), without);
    }

    private static boolean hasRules(GroupResource resource) throws NoSuchMethodException {
        KindBehaviour behaviour = BEHAVIOURS.getOrDefault(resource, KindBehaviour.NONE);
        boolean own =
                !behaviour
                        .getClass()
                        .getMethod("validate", Struct.class, Optional.class)
                        .getDeclaringClass()
                        .equals(KindBehaviour.class);
        return own || KindRules.hasRules(resource);
    }

    @Test
    void behavioursAreOfKindsThatAreServed() {
        Set<GroupResource> served =
                Schema.builtin().resources().stream()
                        .map(r -> r.gvr().groupResource())
                        .collect(Collectors.toSet());
        assertEquals(
                Set.of(),
                BEHAVIOURS.keySet().stream()
                        .filter(r -> !served.contains(r))
                        .collect(Collectors.toSet()));
    }
}

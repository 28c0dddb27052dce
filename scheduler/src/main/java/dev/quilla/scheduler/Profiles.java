package dev.quilla.scheduler;

import dev.quilla.model.quilla.v1.SchedulerPolicy;
import dev.quilla.model.quilla.v1.SchedulerProfile;
import dev.quilla.plugin.SchedulingPolicy;
import dev.quilla.plugin.host.Provided;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All profiles at one moment: the default one, and one for each {@code SchedulerProfile}. Every
 * profile begins with the built-in policies at weight 1; plugins' policies join the default profile
 * unless their {@code Plugin} says otherwise. What the object lists comes on top: a weight, another
 * policy, or {@code enabled: false} to go without one. Immutable.
 */
record Profiles(Map<String, Profile> byName) {

    Profiles {
        byName = Map.copyOf(byName);
    }

    static Profiles of(
            List<Provided<SchedulingPolicy>> policies, Collection<SchedulerProfile> objects) {
        Map<String, Profile> all = new HashMap<>();
        all.put(Profile.DEFAULT, profile(Profile.DEFAULT, policies, List.of()));
        objects.forEach(o -> all.put(o.name(), profile(o.name(), policies, o.spec().policies())));
        return new Profiles(all);
    }

    /** The profile of a pod's {@code schedulerName}; empty where somebody else places the pod. */
    Optional<Profile> find(String schedulerName) {
        return Optional.ofNullable(
                byName.get(schedulerName.isEmpty() ? Profile.DEFAULT : schedulerName));
    }

    /** The policy of that name, in whichever profile. */
    Optional<Profile.Weighted> policy(String name) {
        return byName.values().stream()
                .flatMap(p -> p.policies().stream())
                .filter(p -> p.name().equals(name))
                .findFirst();
    }

    private static Profile profile(
            String name, List<Provided<SchedulingPolicy>> policies, List<SchedulerPolicy> listed) {
        Map<String, SchedulerPolicy> wishes = new LinkedHashMap<>();
        listed.forEach(p -> wishes.put(p.name(), p));
        Set<String> missing = new TreeSet<>(enabled(listed));
        List<Profile.Weighted> members = new ArrayList<>();
        for (Provided<SchedulingPolicy> provided : policies) {
            String policy = provided.extension().name();
            missing.remove(policy);
            member(name, provided, policy, Optional.ofNullable(wishes.get(policy)))
                    .ifPresent(members::add);
        }
        return new Profile(name, members, List.copyOf(missing));
    }

    private static Set<String> enabled(List<SchedulerPolicy> listed) {
        return listed.stream()
                .filter(Profiles::isEnabled)
                .map(SchedulerPolicy::name)
                .collect(Collectors.toSet());
    }

    private static boolean isEnabled(SchedulerPolicy policy) {
        return !policy.hasEnabled() || policy.enabled();
    }

    private static Optional<Profile.Weighted> member(
            String profile,
            Provided<SchedulingPolicy> provided,
            String policy,
            Optional<SchedulerPolicy> wish) {
        boolean joins = profile.equals(Profile.DEFAULT) && provided.joinsDefaultProfile();
        if (!wish.map(Profiles::isEnabled).orElse(provided.bundled() || joins)) {
            return Optional.empty();
        }
        int weight = wish.filter(SchedulerPolicy::hasWeight).map(SchedulerPolicy::weight).orElse(1);
        return Optional.of(
                new Profile.Weighted(
                        policy,
                        provided.plugin(),
                        provided.extension(),
                        weight,
                        trust(provided, wish.isPresent())));
    }

    private static Profile.Trust trust(Provided<SchedulingPolicy> provided, boolean named) {
        if (provided.bundled()) {
            return Profile.Trust.BUILT_IN;
        }
        return named ? Profile.Trust.NAMED : Profile.Trust.JOINED;
    }
}

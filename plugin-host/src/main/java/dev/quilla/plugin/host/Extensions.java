package dev.quilla.plugin.host;

import dev.quilla.plugin.HealthCheck;
import dev.quilla.plugin.NetworkProxyFactory;
import dev.quilla.plugin.SchedulingPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What all loaded plugins bring, at one moment. Bundled plugins come first, then those of the
 * cluster by name; within a plugin its own order stays. Names are unique within each list.
 */
public record Extensions(
        List<Provided<SchedulingPolicy>> schedulingPolicies,
        List<Provided<HealthCheck>> healthChecks,
        List<Provided<NetworkProxyFactory>> networkProxies) {

    /** Nothing. */
    public static final Extensions NONE = new Extensions(List.of(), List.of(), List.of());

    public Extensions {
        schedulingPolicies = List.copyOf(schedulingPolicies);
        healthChecks = List.copyOf(healthChecks);
        networkProxies = List.copyOf(networkProxies);
    }

    /** The policy of that name. */
    public Optional<SchedulingPolicy> schedulingPolicy(String name) {
        return first(schedulingPolicies.stream().map(Provided::extension), p -> p.name(), name);
    }

    /** The health check of that name. */
    public Optional<HealthCheck> healthCheck(String name) {
        return first(healthChecks.stream().map(Provided::extension), c -> c.name(), name);
    }

    /** The network proxy of that name. */
    public Optional<NetworkProxyFactory> networkProxy(String name) {
        return first(networkProxies.stream().map(Provided::extension), f -> f.name(), name);
    }

    private static <E> Optional<E> first(
            Stream<E> all, java.util.function.Function<E, String> nameOf, String name) {
        return all.filter(e -> nameOf.apply(e).equals(name)).findFirst();
    }

    /** The names of all extensions, in order. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        schedulingPolicies.forEach(p -> names.add(p.extension().name()));
        healthChecks.forEach(c -> names.add(c.extension().name()));
        networkProxies.forEach(f -> names.add(f.extension().name()));
        return List.copyOf(names);
    }

    /** These and others after them. */
    Extensions plus(Extensions more) {
        return new Extensions(
                join(schedulingPolicies, more.schedulingPolicies),
                join(healthChecks, more.healthChecks),
                join(networkProxies, more.networkProxies));
    }

    private static <E> List<Provided<E>> join(List<Provided<E>> one, List<Provided<E>> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }
}

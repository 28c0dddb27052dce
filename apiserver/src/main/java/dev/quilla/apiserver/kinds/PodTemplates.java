package dev.quilla.apiserver.kinds;

import dev.quilla.model.IntOrString;
import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.ContainerPort;
import dev.quilla.model.core.v1.EnvVar;
import dev.quilla.model.core.v1.EphemeralContainer;
import dev.quilla.model.core.v1.HTTPGetAction;
import dev.quilla.model.core.v1.Lifecycle;
import dev.quilla.model.core.v1.LifecycleHandler;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.core.v1.Probe;
import dev.quilla.model.core.v1.ResourceRequirements;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Defaults of pods, wherever a pod's specification stands. */
final class PodTemplates {

    private PodTemplates() {}

    static PodTemplateSpec defaults(PodTemplateSpec template) {
        return template.toBuilder().spec(defaults(template.spec(), false)).build();
    }

    /** A pod itself has service links; a template leaves that to its pods. */
    static PodSpec defaults(PodSpec spec, boolean pod) {
        PodSpec.Builder b = spec.toBuilder();
        if (spec.restartPolicy().isEmpty()) {
            b.restartPolicy("Always");
        }
        if (!spec.hasTerminationGracePeriodSeconds()) {
            b.terminationGracePeriodSeconds(30);
        }
        if (!spec.hasDnsPolicy()) {
            b.dnsPolicy("ClusterFirst");
        }
        if (!spec.hasSecurityContext()) {
            b.securityContext(spec.securityContext());
        }
        if (!spec.hasSchedulerName()) {
            b.schedulerName("default-scheduler");
        }
        if (pod && !spec.hasEnableServiceLinks()) {
            b.enableServiceLinks(true);
        }
        if (spec.terminationGracePeriodSeconds() < 0) {
            b.terminationGracePeriodSeconds(1);
        }
        // As with the links, a template leaves its pods' ports to them.
        boolean hostPorts = pod && spec.hostNetwork();
        b.containers(spec.containers().stream().map(c -> defaults(c, hostPorts)).toList());
        if (spec.hasInitContainers()) {
            b.initContainers(
                    spec.initContainers().stream().map(c -> defaults(c, hostPorts)).toList());
        }
        if (spec.hasEphemeralContainers()) {
            b.ephemeralContainers(
                    spec.ephemeralContainers().stream().map(PodTemplates::defaults).toList());
        }
        if (spec.hasVolumes()) {
            b.volumes(spec.volumes().stream().map(VolumeDefaults::of).toList());
        }
        // The deprecated name is kept in step with the one that replaced it.
        if (spec.hasServiceAccountName()) {
            b.serviceAccount(spec.serviceAccountName());
        } else if (spec.hasServiceAccount()) {
            b.serviceAccountName(spec.serviceAccount());
        }
        return b.build();
    }

    private static Container defaults(Container container, boolean hostPorts) {
        Container.Builder b = container.toBuilder();
        if (!container.hasTerminationMessagePath()) {
            b.terminationMessagePath("/dev/termination-log");
        }
        if (!container.hasTerminationMessagePolicy()) {
            b.terminationMessagePolicy("File");
        }
        if (!container.hasImagePullPolicy()) {
            b.imagePullPolicy(pullPolicy(container.image()));
        }
        if (container.hasPorts()) {
            b.ports(container.ports().stream().map(p -> defaults(p, hostPorts)).toList());
        }
        if (container.hasEnv()) {
            b.env(container.env().stream().map(PodTemplates::defaults).toList());
        }
        b.resources(defaults(container.resources()));
        if (container.hasLivenessProbe()) {
            b.livenessProbe(defaults(container.livenessProbe()));
        }
        if (container.hasReadinessProbe()) {
            b.readinessProbe(defaults(container.readinessProbe()));
        }
        if (container.hasStartupProbe()) {
            b.startupProbe(defaults(container.startupProbe()));
        }
        if (container.hasLifecycle()) {
            b.lifecycle(defaults(container.lifecycle()));
        }
        return b.build();
    }

    private static EphemeralContainer defaults(EphemeralContainer container) {
        EphemeralContainer.Builder b = container.toBuilder();
        if (!container.hasTerminationMessagePath()) {
            b.terminationMessagePath("/dev/termination-log");
        }
        if (!container.hasTerminationMessagePolicy()) {
            b.terminationMessagePolicy("File");
        }
        if (!container.hasImagePullPolicy()) {
            b.imagePullPolicy(pullPolicy(container.image()));
        }
        if (container.hasEnv()) {
            b.env(container.env().stream().map(PodTemplates::defaults).toList());
        }
        return b.resources(container.resources()).build();
    }

    static String pullPolicy(String image) {
        return ImageTag.of(image).equals(ImageTag.LATEST) ? "Always" : "IfNotPresent";
    }

    private static ContainerPort defaults(ContainerPort port, boolean hostPorts) {
        ContainerPort.Builder b = port.toBuilder();
        if (!port.hasProtocol()) {
            b.protocol("TCP");
        }
        if (hostPorts && port.hostPort() == 0) {
            b.hostPort(port.containerPort());
        }
        return b.build();
    }

    private static EnvVar defaults(EnvVar env) {
        boolean bare =
                env.hasValueFrom()
                        && env.valueFrom().hasFieldRef()
                        && !env.valueFrom().fieldRef().hasApiVersion();
        return bare
                ? env.toBuilder().valueFrom(v -> v.fieldRef(f -> f.apiVersion("v1"))).build()
                : env;
    }

    /** What is limited is also requested, unless said otherwise. */
    private static ResourceRequirements defaults(ResourceRequirements resources) {
        if (resources.limits().isEmpty()) {
            return resources;
        }
        Map<String, Quantity> requests = new LinkedHashMap<>(resources.limits());
        requests.putAll(resources.requests());
        return resources.toBuilder().requests(requests).build();
    }

    private static Probe defaults(Probe probe) {
        Probe.Builder b = probe.toBuilder();
        if (probe.timeoutSeconds() == 0) {
            b.timeoutSeconds(1);
        }
        if (probe.periodSeconds() == 0) {
            b.periodSeconds(10);
        }
        if (probe.successThreshold() == 0) {
            b.successThreshold(1);
        }
        if (probe.failureThreshold() == 0) {
            b.failureThreshold(3);
        }
        if (probe.hasHttpGet()) {
            b.httpGet(defaults(probe.httpGet()));
        }
        if (probe.hasGrpc() && !probe.grpc().hasService()) {
            b.grpc(g -> g.service(""));
        }
        return b.build();
    }

    private static HTTPGetAction defaults(HTTPGetAction action) {
        HTTPGetAction.Builder b = action.toBuilder();
        if (!action.hasPath()) {
            b.path("/");
        }
        if (!action.hasScheme()) {
            b.scheme("HTTP");
        }
        return b.build();
    }

    private static Lifecycle defaults(Lifecycle lifecycle) {
        Lifecycle.Builder b = lifecycle.toBuilder();
        if (lifecycle.hasPostStart()) {
            b.postStart(defaults(lifecycle.postStart()));
        }
        if (lifecycle.hasPreStop()) {
            b.preStop(defaults(lifecycle.preStop()));
        }
        return b.build();
    }

    private static LifecycleHandler defaults(LifecycleHandler handler) {
        return handler.hasHttpGet()
                ? handler.toBuilder().httpGet(defaults(handler.httpGet())).build()
                : handler;
    }

    /** A port that is a name or a number. */
    static boolean isPort(IntOrString port) {
        return port.asInt().isEmpty()
                || (port.asInt().getAsInt() > 0 && port.asInt().getAsInt() < 65536);
    }

    /** All containers, with where each stands. */
    static Map<String, Container> containers(PodSpec spec, String at) {
        Map<String, Container> all = new LinkedHashMap<>();
        put(all, spec.containers(), at + ".containers");
        put(all, spec.initContainers(), at + ".initContainers");
        return all;
    }

    private static void put(Map<String, Container> all, List<Container> list, String at) {
        for (int i = 0; i < list.size(); i++) {
            all.put(at + "[" + i + "]", list.get(i));
        }
    }
}

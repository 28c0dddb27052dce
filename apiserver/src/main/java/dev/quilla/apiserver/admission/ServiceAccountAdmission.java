package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.auth.MirrorPods;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.ConfigMapProjection;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.DownwardAPIProjection;
import dev.quilla.model.core.v1.DownwardAPIVolumeFile;
import dev.quilla.model.core.v1.KeyToPath;
import dev.quilla.model.core.v1.LocalObjectReference;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.ServiceAccount;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.core.v1.VolumeMount;
import dev.quilla.model.core.v1.VolumeProjection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Gives every pod a service account, and mounts its token where programs look for it. */
public final class ServiceAccountAdmission implements Admission {

    private static final String MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final long TOKEN_SECONDS = 3607;

    private final ObjectStore objects;
    private final UnaryOperator<String> newName;

    /** Makes names of volumes with that function. */
    public ServiceAccountAdmission(ObjectStore objects, UnaryOperator<String> newName) {
        this.objects = objects;
        this.newName = newName;
    }

    @Override
    public Struct admit(Request request, Struct object) {
        if (!request.creates("", "pods")) {
            return object;
        }
        Pod pod = new Pod(object);
        if (MirrorPods.isMirror(pod)) {
            checkMirror(request, pod);
            return object;
        }
        String name =
                pod.spec().serviceAccountName().isEmpty()
                        ? "default"
                        : pod.spec().serviceAccountName();
        Optional<ServiceAccount> account = find(new ObjectKey(pod.namespace(), name));
        if (account.isEmpty()) {
            throw refused(
                    request,
                    pod,
                    "error looking up service account %s/%s: serviceaccount \"%s\" not found"
                            .formatted(pod.namespace(), name, name));
        }
        List<LocalObjectReference> pullSecrets = account.get().imagePullSecrets();
        boolean pulls = pod.spec().imagePullSecrets().isEmpty() && !pullSecrets.isEmpty();
        Pod named =
                pod.toBuilder()
                        .spec(s -> {
                            s.serviceAccountName(name).serviceAccount(name);
                            return pulls ? s.imagePullSecrets(pullSecrets) : s;
                        })
                        .build();
        boolean mounts =
                pod.spec().hasAutomountServiceAccountToken()
                        ? pod.spec().automountServiceAccountToken()
                        : !account.get().hasAutomountServiceAccountToken()
                                || account.get().automountServiceAccountToken();
        return (mounts ? withToken(named) : named).struct();
    }

    private static void checkMirror(Request request, Pod pod) {
        if (!pod.spec().serviceAccountName().isEmpty()) {
            throw refused(request, pod, "a mirror pod may not reference service accounts");
        }
        if (MirrorPods.usesSecrets(pod)) {
            throw refused(request, pod, "a mirror pod may not reference secrets");
        }
        if (MirrorPods.usesTokens(pod)) {
            throw refused(
                    request,
                    pod,
                    "a mirror pod may not use ServiceAccountToken volume projections");
        }
    }

    private static ApiException refused(Request request, Pod pod, String why) {
        return ApiErrors.forbidden(request.resource().groupResource(), pod.name(), why);
    }

    private Optional<ServiceAccount> find(ObjectKey key) {
        return objects.find(
                        objects.local(),
                        Schema.builtin().find(Resources.SERVICE_ACCOUNTS.gvr()).orElseThrow(),
                        key)
                .map(s -> new ServiceAccount(s.object()));
    }

    private Pod withToken(Pod pod) {
        boolean wanted =
                pod.spec().containers().stream().anyMatch(c -> !hasMount(c))
                        || pod.spec().initContainers().stream().anyMatch(c -> !hasMount(c));
        if (!wanted) {
            return pod;
        }
        String volume = newName.apply("kube-api-access-");
        List<Volume> volumes = new ArrayList<>(pod.spec().volumes());
        volumes.add(volume(volume));
        return pod.toBuilder()
                .spec(s -> {
                    s.volumes(volumes).containers(mounted(pod.spec().containers(), volume));
                    return pod.spec().hasInitContainers()
                            ? s.initContainers(mounted(pod.spec().initContainers(), volume))
                            : s;
                })
                .build();
    }

    private static boolean hasMount(Container container) {
        return container.volumeMounts().stream().anyMatch(m -> m.mountPath().equals(MOUNT));
    }

    private static List<Container> mounted(List<Container> containers, String volume) {
        return containers.stream()
                .map(c -> {
                    if (hasMount(c)) {
                        return c;
                    }
                    List<VolumeMount> mounts = new ArrayList<>(c.volumeMounts());
                    mounts.add(
                            VolumeMount.builder()
                                    .name(volume)
                                    .readOnly(true)
                                    .mountPath(MOUNT)
                                    .build());
                    return c.toBuilder().volumeMounts(mounts).build();
                })
                .toList();
    }

    private static Volume volume(String name) {
        return Volume.builder()
                .name(name)
                .projected(p ->
                        p.defaultMode(0644)
                                .sources(
                                        List.of(
                                                VolumeProjection.builder()
                                                        .serviceAccountToken(t ->
                                                                t.path("token")
                                                                        .expirationSeconds(
                                                                                TOKEN_SECONDS))
                                                        .build(),
                                                VolumeProjection.builder()
                                                        .configMap(authority())
                                                        .build(),
                                                VolumeProjection.builder()
                                                        .downwardAPI(namespace())
                                                        .build())))
                .build();
    }

    private static ConfigMapProjection authority() {
        return ConfigMapProjection.builder()
                .name("kube-root-ca.crt")
                .items(List.of(KeyToPath.builder().key("ca.crt").path("ca.crt").build()))
                .build();
    }

    private static DownwardAPIProjection namespace() {
        return DownwardAPIProjection.builder()
                .items(
                        List.of(
                                DownwardAPIVolumeFile.builder()
                                        .path("namespace")
                                        .fieldRef(f ->
                                                f.apiVersion("v1").fieldPath("metadata.namespace"))
                                        .build()))
                .build();
    }
}

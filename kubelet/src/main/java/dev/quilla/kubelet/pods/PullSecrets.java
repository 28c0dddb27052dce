package dev.quilla.kubelet.pods;

import dev.quilla.kubelet.runtime.RegistryLogin;
import dev.quilla.model.Bytes;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who a pod is to registries, by its image pull secrets. What can't be read is passed over. */
final class PullSecrets {

    private final Environment.Sources sources;

    PullSecrets(Environment.Sources sources) {
        this.sources = sources;
    }

    List<RegistryLogin> of(Pod pod) {
        List<RegistryLogin> logins = new ArrayList<>();
        pod.spec()
                .imagePullSecrets()
                .forEach(s ->
                        sources.secret(new ObjectKey(pod.namespace(), s.name()))
                                .ifPresent(secret -> read(secret, logins)));
        return logins;
    }

    private static void read(Secret secret, List<RegistryLogin> into) {
        Bytes modern = secret.data().get(".dockerconfigjson");
        Bytes old = secret.data().get(".dockercfg");
        try {
            if (modern != null) {
                auths(JsonTree.parseObject(modern.shared()).get("auths"), into);
            } else if (old != null) {
                auths(JsonTree.parseObject(old.shared()), into);
            }
        } catch (DecodeException | IllegalArgumentException _) {
            // As if the secret were not there: the registry then says what it lacks.
        }
    }

    private static void auths(
            @org.jspecify.annotations.Nullable Object auths, List<RegistryLogin> into) {
        if (auths instanceof Map<?, ?> map) {
            map.forEach((registry, entry) -> {
                if (entry instanceof Map<?, ?> login) {
                    login(String.valueOf(registry), login).ifPresent(into::add);
                }
            });
        }
    }

    private static Optional<RegistryLogin> login(String registry, Map<?, ?> entry) {
        if (entry.get("username") instanceof String user
                && entry.get("password") instanceof String password) {
            return Optional.of(new RegistryLogin(registry, user, password));
        }
        if (entry.get("auth") instanceof String both) {
            String[] parts =
                    new String(Base64.getDecoder().decode(both), StandardCharsets.UTF_8)
                            .split(":", 2);
            return parts.length == 2
                    ? Optional.of(new RegistryLogin(registry, parts[0], parts[1]))
                    : Optional.empty();
        }
        return Optional.empty();
    }
}

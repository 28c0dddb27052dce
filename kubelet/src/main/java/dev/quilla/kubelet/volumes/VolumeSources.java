package dev.quilla.kubelet.volumes;

import dev.quilla.model.ObjectKey;
import dev.quilla.model.authentication.v1.TokenRequestStatus;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Secret;
import java.util.Optional;

/** Where volumes get what is in them. Calls block and throw what the client throws. Thread-safe. */
public interface VolumeSources {

    /** A ConfigMap; empty if there is none of that name. */
    Optional<ConfigMap> configMap(ObjectKey key);

    /** A Secret; empty if there is none of that name. */
    Optional<Secret> secret(ObjectKey key);

    /**
     * A new token of a pod's service account that ends with the pod.
     *
     * @param audience for whom it is; empty for the API server
     */
    TokenRequestStatus token(Pod pod, String audience, long expirationSeconds);
}

package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.auth.LastingTokens;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.Bytes;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Secret;
import dev.quilla.model.core.v1.ServiceAccount;
import dev.quilla.model.meta.v1.OwnerReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts into a secret of the type {@code kubernetes.io/service-account-token} what it is for: a
 * token of the account that its annotation names, the cluster's authority, and the namespace. The
 * account owns it, so it goes with it. Where there is no such account yet, or whoever writes the
 * secret may not read it (the answer to a write has what was written), nothing is put in, and the
 * writer is told.
 */
final class TokenSecretAdmission implements Admission {

    private static final String NAME = "kubernetes.io/service-account.name";
    private static final String UID = "kubernetes.io/service-account.uid";

    private final ObjectStore objects;
    private final Authorizer authorizer;
    private final LastingTokens tokens;
    private final Bytes authority;

    /**
     * Issues tokens.
     *
     * @param authorityPem the cluster's certificate authority
     */
    TokenSecretAdmission(
            ObjectStore objects, Authorizer authorizer, LastingTokens tokens, String authorityPem) {
        this.objects = objects;
        this.authorizer = authorizer;
        this.tokens = tokens;
        this.authority = bytes(authorityPem);
    }

    private static Bytes bytes(String text) {
        return Bytes.utf8(text);
    }

    @Override
    public Struct admit(Request request, Struct object) {
        if (!request.writes()
                || !request.resource()
                        .groupResource()
                        .equals(Resources.SECRETS.gvr().groupResource())) {
            return object;
        }
        Secret secret = new Secret(object);
        String name = secret.metadata().annotations().getOrDefault(NAME, "");
        if (!secret.type().equals(LastingTokens.TYPE) || name.isEmpty()) {
            return object;
        }
        Optional<ServiceAccount> account = find(new ObjectKey(secret.namespace(), name));
        if (account.isPresent() && isFilled(secret, account.get())) {
            return object;
        }
        if (account.isEmpty() || !mayRead(request, secret)) {
            request.call()
                    .warnings()
                    .add(
                            (account.isEmpty()
                                            ? "there is no service account \"%s\" yet: write the secret again once there is, to be given a token"
                                            : "a token of \"%s\" is put into the secret only when it is written by somebody who may read it")
                                    .formatted(name));
            return object;
        }
        return filled(secret, account.get()).struct();
    }

    private boolean mayRead(Request request, Secret secret) {
        return authorizer.allows(
                request.call().identity(),
                new RequestInfo(
                        "get", "", "v1", "secrets", "", secret.namespace(), secret.name(), ""));
    }

    private Optional<ServiceAccount> find(ObjectKey key) {
        return objects.find(
                        objects.newest(),
                        Schema.builtin().find(Resources.SERVICE_ACCOUNTS.gvr()).orElseThrow(),
                        key)
                .map(s -> new ServiceAccount(s.object()));
    }

    private static boolean isFilled(Secret secret, ServiceAccount account) {
        return secret.data().containsKey(LastingTokens.KEY)
                && secret.metadata().annotations().getOrDefault(UID, "").equals(account.uid());
    }

    private Secret filled(Secret secret, ServiceAccount account) {
        Map<String, Bytes> data = new HashMap<>(secret.data());
        data.put(LastingTokens.KEY, bytes(tokens.issue(account, secret.name())));
        data.put("ca.crt", authority);
        data.put("namespace", bytes(secret.namespace()));
        Map<String, String> annotations = new HashMap<>(secret.metadata().annotations());
        annotations.put(UID, account.uid());
        List<OwnerReference> owners = new ArrayList<>(secret.metadata().ownerReferences());
        owners.removeIf(o -> o.kind().equals("ServiceAccount"));
        owners.add(
                OwnerReference.builder()
                        .apiVersion("v1")
                        .kind("ServiceAccount")
                        .name(account.name())
                        .uid(account.uid())
                        .build());
        return secret.toBuilder()
                .data(data)
                .metadata(m -> m.annotations(annotations).ownerReferences(owners))
                .build();
    }
}

package dev.quilla.apiserver.kinds;

import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.core.v1.Secret;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;

/** What a secret's type says that it holds. */
final class SecretRules {

    private static final int BYTES_MAX = 1 << 20;
    private static final String ACCOUNT = "kubernetes.io/service-account.name";

    private SecretRules() {}

    static List<FieldError> check(Secret secret) {
        List<FieldError> errors = new ArrayList<>();
        long size = secret.data().values().stream().mapToLong(b -> b.length()).sum();
        if (size > BYTES_MAX) {
            errors.add(FieldError.tooLong("data", BYTES_MAX));
        }
        switch (secret.type()) {
            case "kubernetes.io/service-account-token" -> {
                if (secret.metadata().annotations().getOrDefault(ACCOUNT, "").isEmpty()) {
                    errors.add(FieldError.required("metadata.annotations[" + ACCOUNT + "]", ""));
                }
            }
            case "kubernetes.io/dockercfg" -> json(secret, ".dockercfg", errors);
            case "kubernetes.io/dockerconfigjson" -> json(secret, ".dockerconfigjson", errors);
            case "kubernetes.io/basic-auth" -> {
                if (!secret.data().containsKey("username")
                        && !secret.data().containsKey("password")) {
                    has(secret, "username", errors);
                    has(secret, "password", errors);
                }
            }
            case "kubernetes.io/ssh-auth" -> has(secret, "ssh-privatekey", errors);
            case "kubernetes.io/tls" -> {
                has(secret, "tls.crt", errors);
                has(secret, "tls.key", errors);
            }
            default -> {}
        }
        return errors;
    }

    private static void has(Secret secret, String key, List<FieldError> errors) {
        if (!secret.data().containsKey(key)) {
            errors.add(FieldError.required("data[" + key + "]", ""));
        }
    }

    private static void json(Secret secret, String key, List<FieldError> errors) {
        has(secret, key, errors);
        if (!secret.data().containsKey(key)) {
            return;
        }
        try {
            JsonTree.parse(secret.data().get(key).shared());
        } catch (DecodeException _) {
            // What it holds is a secret: the error does not show it.
            errors.add(
                    FieldError.invalid(
                            "data[" + key + "]",
                            "<secret contents redacted>",
                            "must be valid JSON"));
        }
    }
}

package dev.quilla.controller.bootstrap;

import dev.quilla.client.Informer;
import dev.quilla.client.Informers;
import dev.quilla.client.ListOptions;
import dev.quilla.model.Bytes;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Secret;
import java.util.Optional;

/** Bootstrap tokens, which are secrets of one namespace and type. */
final class Tokens {

    private static final String TYPE = "bootstrap.kubernetes.io/token";

    private Tokens() {}

    /** Those alone: other secrets need not be kept in memory for them. */
    static Informer<Secret> of(Informers informers) {
        return informers.of(
                Resources.SECRETS,
                ListOptions.inNamespace("kube-system").withFieldSelector("type=" + TYPE));
    }

    static String text(Secret secret, String key) {
        return Optional.ofNullable(secret.data().get(key)).map(Bytes::toUtf8).orElse("");
    }
}

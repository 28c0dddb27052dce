package dev.quilla.kubelet.volumes;

import dev.quilla.model.Bytes;
import dev.quilla.model.core.v1.ServiceAccountTokenProjection;
import java.util.Map;
import java.util.OptionalLong;

/** The token by which a pod's programs are known to the API server, or to another audience. */
final class TokenContent implements Content {

    private static final long SECONDS_DEFAULT = 3600;
    private static final int ONLY_OWNER = 0600;

    private final Place place;
    private final String volume;
    private final ServiceAccountTokenProjection spec;
    private final int mode;
    private final Tokens tokens;

    TokenContent(
            Place place,
            String volume,
            ServiceAccountTokenProjection spec,
            int mode,
            Tokens tokens) {
        this.place = place;
        this.volume = volume;
        this.spec = spec;
        this.mode = mode;
        this.tokens = tokens;
    }

    @Override
    public Map<String, VolumeFile> files() {
        long seconds = spec.hasExpirationSeconds() ? spec.expirationSeconds() : SECONDS_DEFAULT;
        String text = tokens.get(place.pod(), volume, spec.audience(), seconds);
        OptionalLong user = place.onlyUser();
        // Where it is known who reads it, nobody else may.
        boolean known = user.isPresent() || place.ownership().group().isPresent();
        return Map.of(
                spec.path(), new VolumeFile(Bytes.utf8(text), known ? ONLY_OWNER : mode, user));
    }
}

package dev.quilla.server.local;

import dev.quilla.apiserver.encryption.RootKey;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/** Makes keys that are named by the day on which they were made. */
final class NewKey {

    private NewKey() {}

    static RootKey now(InstantSource clock) {
        SecureRandom random = new SecureRandom();
        byte[] end = new byte[3];
        random.nextBytes(end);
        String day =
                DateTimeFormatter.BASIC_ISO_DATE.format(clock.instant().atOffset(ZoneOffset.UTC));
        // The format ends in the offset's letter.
        return RootKey.generate(
                "k" + day.substring(0, 8) + "-" + HexFormat.of().formatHex(end), random);
    }
}

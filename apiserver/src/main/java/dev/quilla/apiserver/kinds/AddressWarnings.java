package dev.quilla.apiserver.kinds;

import dev.quilla.model.validation.CanonicalAddress;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Consumer;

/** Addresses that are taken, and that should be written in another way. */
final class AddressWarnings {

    private AddressWarnings() {}

    /** An address; one that is none at all is not warned of, but refused elsewhere. */
    static void ip(String text, String at, Consumer<String> tell) {
        Optional<InetAddress> address = AddressRules.parse(text);
        if (address.isEmpty()) {
            return;
        }
        String best = CanonicalAddress.of(address.get().getAddress());
        if (best.equals(text)) {
            return;
        }
        tell.accept(
                best.contains(":")
                        ? "%s: IPv6 address \"%s\" should be in RFC 5952 canonical format (\"%s\")"
                                .formatted(at, text, best)
                        : "%s: non-standard IP address \"%s\" is invalid: use \"%s\""
                                .formatted(at, text, best));
    }

    /** A range of addresses. */
    static void cidr(String text, String at, Consumer<String> tell) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address =
                AddressRules.cidr(text).isPresent()
                        ? Optional.empty()
                        : AddressRules.parse(text.substring(0, slash));
        if (address.isEmpty()) {
            return;
        }
        byte[] bytes = address.get().getAddress();
        int bits = Integer.parseInt(text.substring(slash + 1));
        String itself = CanonicalAddress.of(bytes);
        String network = CanonicalAddress.of(masked(bytes, bits));
        String best = network + "/" + bits;
        if (!itself.equals(network)) {
            tell.accept(
                    ("%s: CIDR value \"%s\" is ambiguous in this context (should be \"%s\" or"
                                    + " \"%s/%d\"?)")
                            .formatted(at, text, best, itself, bytes.length * Byte.SIZE));
        } else if (!best.equals(text)) {
            tell.accept(
                    best.contains(":")
                            ? ("%s: IPv6 CIDR value \"%s\" should be in RFC 5952 canonical format"
                                            + " (\"%s\")")
                                    .formatted(at, text, best)
                            : "%s: non-standard CIDR value \"%s\" is invalid: use \"%s\""
                                    .formatted(at, text, best));
        }
    }

    private static byte[] masked(byte[] address, int bits) {
        byte[] masked = address.clone();
        for (int i = bits; i < masked.length * Byte.SIZE; i++) {
            masked[i / Byte.SIZE] &= (byte) ~(1 << (Byte.SIZE - 1 - i % Byte.SIZE));
        }
        return masked;
    }
}

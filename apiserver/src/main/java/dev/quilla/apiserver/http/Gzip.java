package dev.quilla.apiserver.http;

import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Compresses an answer (RFC 1952), fast rather than well, as kube-apiserver does. */
final class Gzip extends GZIPOutputStream {

    private static final int PIECE_BYTES = 64 << 10;

    /** Compresses into a stream. What is not closed is to be given up. */
    Gzip(OutputStream out) throws IOException {
        super(new BufferedOutputStream(out, PIECE_BYTES), PIECE_BYTES);
        def.setLevel(Deflater.BEST_SPEED);
    }

    /** Gives back the compressor's memory; what has been written stays without an end. */
    void giveUp() {
        def.end();
    }

    /** Whether a client takes compressed answers (RFC 9110, 12.5.3). */
    static boolean isAccepted(HttpExchange exchange) {
        return exchange.headers().all("Accept-Encoding").stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .anyMatch(Gzip::isNamed);
    }

    private static boolean isNamed(String coding) {
        String[] parts = coding.toLowerCase(Locale.ROOT).replace(" ", "").split(";");
        return parts[0].equals("gzip")
                && Arrays.stream(parts).noneMatch(p -> p.matches("q=0(\\.0*)?"));
    }

    /** What a compressed answer says of itself. */
    static Headers mark(Headers headers) {
        return headers.with("Content-Encoding", "gzip").with("Vary", "Accept-Encoding");
    }
}

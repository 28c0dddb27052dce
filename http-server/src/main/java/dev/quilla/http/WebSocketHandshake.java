package dev.quilla.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** How a request becomes a WebSocket (RFC 6455, section 4.2). */
final class WebSocketHandshake {

    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;

    private WebSocketHandshake() {}

    static boolean isAsked(HttpExchange exchange) {
        Headers headers = exchange.headers();
        return exchange.method().equals("GET")
                && headers.contains("Connection", "upgrade")
                && headers.contains("Upgrade", "websocket")
                && headers.contains("Sec-WebSocket-Version", "13")
                && headers.first("Sec-WebSocket-Key").filter(k -> isKey(k)).isPresent();
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static List<String> protocols(Headers request) {
        return request.all("Sec-WebSocket-Protocol").stream()
                .flatMap(v -> List.of(v.split(",")).stream())
                .map(p -> p.strip())
                .filter(p -> !p.isEmpty())
                .toList();
    }

    static Headers answer(Headers request, Optional<String> subprotocol) {
        Headers answer =
                Headers.of("Upgrade", "websocket")
                        .with("Connection", "Upgrade")
                        .with(
                                "Sec-WebSocket-Accept",
                                accept(request.first("Sec-WebSocket-Key").orElseThrow()));
        return subprotocol.isEmpty()
                ? answer
                : answer.with("Sec-WebSocket-Protocol", subprotocol.get());
    }

    private static String accept(String key) {
        try {
            byte[] sum =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(sum);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}

package dev.quilla.examples.bannercheck;

import dev.quilla.plugin.Health;
import dev.quilla.plugin.HealthCheck;
import dev.quilla.plugin.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * Connects to {@code port} and expects a first line that begins with {@code expect}, as mail, FTP
 * and SSH servers greet. What {@code send} holds is said first: {@code PING} makes Redis answer
 * {@code +PONG}.
 */
final class BannerCheck implements HealthCheck {

    @Override
    public String name() {
        return "banner";
    }

    @Override
    public Health check(Target target, Map<String, String> parameters, Duration timeout)
            throws IOException {
        int port = Integer.parseInt(parameters.getOrDefault("port", "22"));
        String expected = parameters.getOrDefault("expect", "");
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(target.address(), port), (int) timeout.toMillis());
            socket.setSoTimeout((int) timeout.toMillis());
            String said = parameters.getOrDefault("send", "");
            if (!said.isEmpty()) {
                socket.getOutputStream().write((said + "\r\n").getBytes(StandardCharsets.UTF_8));
            }
            return judge(firstLine(socket), expected);
        }
    }

    private static String firstLine(Socket socket) throws IOException {
        String line =
                new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.UTF_8))
                        .readLine();
        return line == null ? "" : line;
    }

    private static Health judge(String line, String expected) {
        return line.startsWith(expected)
                ? new Health.Healthy()
                : new Health.Unhealthy("greets with \"" + line + "\", not \"" + expected + "\"");
    }
}

package dev.quilla.server.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * The program in the demo's pods: {@code Sample ADDRESS PORT NAME} greets, {@code Sample ADDRESS
 * PORT NAME URL} passes on what it is told there. This one class file and a JVM are all it needs.
 */
public final class Sample {

    private static final int TIMEOUT_MILLIS = 2000;
    private static final int ANSWER_BYTES_MAX = 4096;

    private Sample() {}

    /** Serves until it is ended. */
    public static void main(String[] args) throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getByName(args[0]), Integer.parseInt(args[1]));
        String name = args[2];
        HttpServer server = HttpServer.create(address, 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/healthz", exchange -> answer(exchange, 200, "ok\n"));
        if (args.length == 3) {
            server.createContext(
                    "/", exchange -> answer(exchange, 200, "Hello from " + name + ".\n"));
        } else {
            server.createContext("/", exchange -> passOn(exchange, name, URI.create(args[3])));
        }
        server.start();
        System.out.println(name + " serves at " + address);
    }

    private static void passOn(HttpExchange exchange, String name, URI url) throws IOException {
        String told;
        try {
            told = ask(url);
        } catch (IOException e) {
            answer(exchange, 502, "%s got no answer from %s: %s%n".formatted(name, url, e));
            return;
        }
        answer(exchange, 200, told + "It was " + name + " who asked.\n");
    }

    private static String ask(URI url) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        // Each question by a connection of its own, so that every pod of the service has its turn.
        connection.setRequestProperty("Connection", "close");
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readNBytes(ANSWER_BYTES_MAX), StandardCharsets.UTF_8);
        }
    }

    private static void answer(HttpExchange exchange, int code, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}

package dev.quilla.plugin.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Plugin JARs made from source text. */
final class TestJar {

    private static final String SOURCE =
            """
            package %s;

            import dev.quilla.plugin.*;
            import java.time.Duration;
            import java.util.*;

            @org.pf4j.Extension
            public class Main implements QuillaPlugin {
                public List<HealthCheck> healthChecks(PluginContext context) {
                    return List.of(new Check());
                }

                static class Check implements HealthCheck {
                    public String name() { return "%s"; }

                    public Health check(Target t, Map<String, String> p, Duration d)
                            throws Exception {
                        %s
                    }
                }
            }
            """;

    private TestJar() {}

    /** A plugin with one health check, whose body is given. */
    static byte[] healthCheck(String id, String version, String name, String body) {
        String pack = "plugin." + id;
        return build(id, version, "", Map.of(pack + ".Main", SOURCE.formatted(pack, name, body)));
    }

    /** A plugin of these classes, whose extensions are those called Main. */
    static byte[] build(
            String id, String version, String pluginClass, Map<String, String> sources) {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Plugin-Id", id);
        attributes.putValue("Plugin-Version", version);
        if (!pluginClass.isEmpty()) {
            attributes.putValue("Plugin-Class", pluginClass);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (Map.Entry<String, byte[]> file : compile(sources).entrySet()) {
                add(jar, file.getKey().replace('.', '/') + ".class", file.getValue());
            }
            String extensions =
                    String.join(
                            "\n",
                            sources.keySet().stream().filter(n -> n.endsWith(".Main")).toList());
            add(jar, "META-INF/extensions.idx", extensions.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static void add(JarOutputStream jar, String name, byte[] content) throws IOException {
        JarEntry entry = new JarEntry(name);
        entry.setTime(0);
        jar.putNextEntry(entry);
        jar.write(content);
        jar.closeEntry();
    }

    private static Map<String, byte[]> compile(Map<String, String> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager standard =
                        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
                InMemory files = new InMemory(standard)) {
            boolean fine =
                    compiler.getTask(
                                    messages,
                                    files,
                                    null,
                                    List.of("-proc:none", "-nowarn"),
                                    null,
                                    sources.entrySet().stream().map(TestJar::source).toList())
                            .call();
            if (!fine) {
                throw new AssertionError(messages.toString());
            }
            Map<String, byte[]> classes = new HashMap<>();
            files.classes.forEach((name, out) -> classes.put(name, out.toByteArray()));
            return classes;
        }
    }

    private static JavaFileObject source(Map.Entry<String, String> entry) {
        URI uri = URI.create("string:///" + entry.getKey().replace('.', '/') + ".java");
        return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreErrors) {
                return entry.getValue();
            }
        };
    }

    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

        InMemory(JavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            classes.put(name, out);
            URI uri = URI.create("memory:///" + name.replace('.', '/') + ".class");
            return new SimpleJavaFileObject(uri, kind) {
                @Override
                public OutputStream openOutputStream() {
                    return out;
                }
            };
        }
    }
}

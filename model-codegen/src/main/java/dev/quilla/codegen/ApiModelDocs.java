package dev.quilla.codegen;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Descriptions from the annotations of the official Java client's model classes. */
final class ApiModelDocs {

    private static final String MODELS = "io/kubernetes/client/openapi/models/";

    private final ClassLoader classes;

    ApiModelDocs(ClassLoader classes) {
        this.classes = classes;
    }

    /**
     * What is said of a type and its fields.
     *
     * @param type of the type; empty if nothing is said of it
     * @param fields by the field's name in lower case, letters and digits only
     */
    record Docs(String type, Map<String, String> fields) {

        static final Docs NONE = new Docs("", Map.of());

        String field(String name) {
            return fields.getOrDefault(plain(name), "");
        }
    }

    /** The descriptions of a definition such as {@code core.v1.Pod}; none if it has no class. */
    Docs of(String definition) throws IOException {
        String[] parts = definition.split("\\.");
        if (parts.length < 3) {
            return Docs.NONE;
        }
        String version = capital(parts[1]);
        for (String name : List.of(capital(parts[0]) + version + parts[2], version + parts[2])) {
            Optional<ClassModel> model = find(name);
            if (model.isPresent()) {
                return read(model.get());
            }
        }
        return Docs.NONE;
    }

    private Optional<ClassModel> find(String name) throws IOException {
        try (InputStream in = classes.getResourceAsStream(MODELS + name + ".class")) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(ClassFile.of().parse(in.readAllBytes()));
        }
    }

    private static Docs read(ClassModel model) {
        Map<String, String> fields = new HashMap<>();
        for (MethodModel method : model.methods()) {
            String name = method.methodName().stringValue();
            if (name.startsWith("get")) {
                String text = annotated(method, "ApiModelProperty", "value");
                fields.merge(plain(name.substring(3)), text, (a, b) -> a.isEmpty() ? b : a);
            }
        }
        return new Docs(annotated(model, "ApiModel", "description"), fields);
    }

    private static String annotated(AttributedElement element, String annotation, String value) {
        return element.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
                .flatMap(a -> a.annotations().stream())
                .filter(a -> a.className().stringValue().endsWith("/" + annotation + ";"))
                .map(a -> text(a, value))
                .findFirst()
                .orElse("");
    }

    private static String text(Annotation annotation, String value) {
        for (AnnotationElement element : annotation.elements()) {
            if (element.name().equalsString(value)
                    && element.value() instanceof AnnotationValue.OfString text) {
                return text.stringValue();
            }
        }
        return "";
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}

package dev.quilla.ctl.print;

import dev.quilla.ctl.cluster.Resource;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.model.codec.YamlCodec;
import dev.quilla.model.jsonpath.JsonPath;
import java.io.PrintStream;

/** Writes objects in the formats that show them whole, and says what was done to them. */
public final class ObjectPrinter {

    private final PrintStream out;
    private final OutputFormat format;
    private int printed;

    /** Writes in one format. */
    public ObjectPrinter(PrintStream out, OutputFormat format) {
        this.out = out;
        this.format = format;
    }

    /** An object that something was done to: {@code pod/web created}, unless asked for more. */
    public void done(Resource resource, Tree object, String what) {
        if (format instanceof OutputFormat.Table) {
            out.println(resource.singularWithGroup() + "/" + object.name() + " " + what);
        } else {
            print(resource, object);
        }
        out.flush();
    }

    /** An object, or a list of them. */
    public void print(Resource resource, Tree object) {
        switch (format) {
            case OutputFormat.Json() -> out.println(JsonText.of(object.fields()));
            case OutputFormat.Yaml() -> yaml(object);
            case OutputFormat.Path(JsonPath template) -> out.print(template.apply(object.fields()));
            case OutputFormat.Name _, OutputFormat.Table _ ->
                    out.println(resource.singularWithGroup() + "/" + object.name());
        }
    }

    private void yaml(Tree object) {
        if (printed++ > 0) {
            out.println("---");
        }
        out.print(YamlCodec.write(JsonText.sorted(object.fields())));
    }
}

"""What the official Python client does with a cluster: arguments are a kubeconfig, a namespace and a running pod."""

import sys
import threading

from kubernetes import client, config, dynamic, watch
from kubernetes.client.rest import ApiException
from kubernetes.stream import portforward, stream

kubeconfig, namespace, pod = sys.argv[1:]
config.load_kube_config(kubeconfig)
core = client.CoreV1Api()


def same(expected, found):
    assert expected == found, f"expected {expected!r}, found {found!r}"


def objects():
    body = client.V1ConfigMap(metadata=client.V1ObjectMeta(name="python", labels={"by": "python"}), data={"a": "1"})
    created = core.create_namespaced_config_map(namespace, body)
    created.data["a"] = "2"
    replaced = core.replace_namespaced_config_map("python", namespace, created)
    try:
        core.replace_namespaced_config_map("python", namespace, created)
        raise AssertionError("an old version was written")
    except ApiException as e:
        same(409, e.status)
    patched = core.patch_namespaced_config_map("python", namespace, {"data": {"b": "3"}})
    same({"a": "2", "b": "3"}, patched.data)
    assert replaced.metadata.resource_version != patched.metadata.resource_version
    listed = core.list_namespaced_config_map(namespace, label_selector="by=python")
    same(["python"], [c.metadata.name for c in listed.items])
    core.delete_namespaced_config_map("python", namespace)
    try:
        core.read_namespaced_config_map("python", namespace)
        raise AssertionError("it is still there")
    except ApiException as e:
        same(404, e.status)


def watching():
    version = core.list_namespaced_secret(namespace).metadata.resource_version
    secret = client.V1Secret(metadata=client.V1ObjectMeta(name="python"), string_data={"word": "sesame"})
    core.create_namespaced_secret(namespace, secret)
    core.delete_namespaced_secret("python", namespace)
    events = []
    for event in watch.Watch().stream(
        core.list_namespaced_secret, namespace, resource_version=version, timeout_seconds=30
    ):
        events.append((event["type"], event["object"].metadata.name))
        if event["type"] == "DELETED":
            break
    same([("ADDED", "python"), ("DELETED", "python")], events)


def running():
    same("hello\n", core.read_namespaced_pod_log(pod, namespace, tail_lines=1))
    said = stream(
        core.connect_get_namespaced_pod_exec,
        pod,
        namespace,
        command=["sh", "-c", "echo out; echo err >&2"],
        stdout=True,
        stderr=True,
        _preload_content=False,
    )
    said.run_forever(timeout=30)
    same(("out\n", "err\n", 0), (said.read_stdout(), said.read_stderr(), said.returncode))
    echo = stream(
        core.connect_get_namespaced_pod_exec,
        pod,
        namespace,
        command=["cat"],
        stdin=True,
        stdout=True,
        _preload_content=False,
    )
    echo.write_stdin("echoed\n")
    same("echoed", echo.readline_stdout(timeout=30))
    echo.close()


def ports():
    forward = portforward(core.connect_get_namespaced_pod_portforward, pod, namespace, ports="8080")
    socket = forward.socket(8080)
    socket.settimeout(30)
    socket.sendall(b"GET / HTTP/1.0\r\nHost: pod\r\n\r\n")
    answer = b""
    while b"page" not in answer:
        answer += socket.recv(1024)
    same(None, forward.error(8080))
    socket.close()
    page = core.connect_get_namespaced_pod_proxy_with_path(f"{pod}:8080", namespace, "index.html")
    same("page\n", page)


def custom():
    group = "python.example.com"
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"snakes.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": "snakes", "singular": "snake", "kind": "Snake"},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "schema": {
                        "openAPIV3Schema": {
                            "type": "object",
                            "properties": {
                                "spec": {"type": "object", "properties": {"length": {"type": "integer"}}},
                                "status": {"type": "object", "properties": {"asleep": {"type": "boolean"}}},
                            },
                        }
                    },
                }
            ],
        },
    }
    extensions = client.ApiextensionsV1Api()
    extensions.create_custom_resource_definition(definition)
    established = threading.Event()
    for event in watch.Watch().stream(extensions.list_custom_resource_definition, timeout_seconds=30):
        conditions = event["object"].status.conditions if event["object"].status else None
        if event["object"].metadata.name == f"snakes.{group}" and any(
            c.type == "Established" and c.status == "True" for c in conditions or []
        ):
            established.set()
            break
    assert established.is_set(), "never established"
    api = client.CustomObjectsApi()
    snake = {"apiVersion": f"{group}/v1", "kind": "Snake", "metadata": {"name": "kaa"}, "spec": {"length": 9}}
    api.create_namespaced_custom_object(group, "v1", namespace, "snakes", snake)
    api.patch_namespaced_custom_object_status(
        group, "v1", namespace, "snakes", "kaa", {"status": {"asleep": True}}
    )
    kaa = api.get_namespaced_custom_object(group, "v1", namespace, "snakes", "kaa")
    same((9, True), (kaa["spec"]["length"], kaa["status"]["asleep"]))
    snakes = dynamic.DynamicClient(client.ApiClient()).resources.get(api_version=f"{group}/v1", kind="Snake")
    applied = snakes.server_side_apply(
        body={"apiVersion": f"{group}/v1", "kind": "Snake", "metadata": {"name": "nag"}, "spec": {"length": 2}},
        namespace=namespace,
        field_manager="python",
    )
    same(2, applied.spec.length)
    same(["kaa", "nag"], sorted(s.metadata.name for s in snakes.get(namespace=namespace).items))
    extensions.delete_custom_resource_definition(f"snakes.{group}")


objects()
watching()
running()
ports()
custom()
print("done")

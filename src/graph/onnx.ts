// Writes a graph as an ONNX model, the bytes that onnxruntime loads. https://onnx.ai/onnx/repo-docs/IR.html

// CommonJS: its names are not visible to Node's ES module loader, only to bundlers.
import type { onnx as Proto } from 'onnx-proto';
import onnxProto from 'onnx-proto';
import type { Graph, Node, Value } from './graph.ts';
import { outputsOf, topologicalNodes } from './graph.ts';
import type { OnnxAttribute, OnnxSpelling } from './opDefinitions.ts';
import { opDefinitions } from './opDefinitions.ts';
import type { Op } from './ops.ts';
import type { ConstantTensor, ElementType, TensorType } from './tensor.ts';
import { int64Constant } from './tensor.ts';
import { ValueMap } from './valueMap.ts';

const { onnx } = onnxProto;
const irVersion = 8;
const opsetVersion = 17;

const dataTypes: Record<ElementType, Proto.TensorProto.DataType> = {
  float32: onnx.TensorProto.DataType.FLOAT,
  uint8: onnx.TensorProto.DataType.UINT8,
  int8: onnx.TensorProto.DataType.INT8,
  int32: onnx.TensorProto.DataType.INT32,
  int64: onnx.TensorProto.DataType.INT64,
};

/** Serializes the graph: inputs and outputs by their names, constants as initializers, each once. */
export function encodeOnnx(graph: Graph): Uint8Array {
  const writer = new GraphWriter(graph);
  for (const node of topologicalNodes(graph)) writer.writeNode(node);
  for (const [name, value] of Object.entries(graph.outputs)) writer.writeOutput(name, value);
  const model = onnx.ModelProto.create({
    irVersion,
    producerName: 'tinymemory',
    opsetImport: [
      { domain: '', version: opsetVersion },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: writer.graph,
  });
  return onnx.ModelProto.encode(model).finish();
}

class GraphWriter {
  readonly graph = {
    name: 'tinymemory',
    node: [] as Proto.INodeProto[],
    input: [] as Proto.IValueInfoProto[],
    output: [] as Proto.IValueInfoProto[],
    initializer: [] as Proto.ITensorProto[],
  };
  private readonly inputNames = new Set<string>();
  private readonly constantNames = new Map<ConstantTensor, string>();
  private readonly outputNames = new Map<Node, readonly string[]>();
  /** Values that are computed under the name of an output of the graph. */
  private readonly namedOutputs = new ValueMap<string>();

  constructor({ outputs }: Graph) {
    for (const [name, value] of Object.entries(outputs)) {
      if (value.source.kind === 'node' && this.namedOutputs.get(value) === undefined)
        this.namedOutputs.set(value, name);
    }
  }

  writeNode<O extends Op>(node: Node<O>): void {
    const definition: { onnx(attributes: unknown, inputs: unknown): OnnxSpelling } = opDefinitions[node.op];
    const { type, domain, attributes, extraInput } = definition.onnx(node.attributes, node.inputs);
    const inputs = node.inputs.map(value => this.nameOf(value));
    if (extraInput !== undefined) {
      inputs.push(this.nameOfConstant(int64Constant([extraInput.length], extraInput), 'dims'));
    }
    const name = `${node.op}_${this.outputNames.size}`;
    const outputs = outputsOf(node).map(
      (value, output) => this.namedOutputs.get(value) ?? (output === 0 ? name : `${name}.${output}`),
    );
    this.outputNames.set(node, outputs);
    this.graph.node.push({
      opType: type ?? node.op,
      domain: domain ?? '',
      name,
      input: inputs,
      output: outputs,
      attribute: Object.entries(attributes ?? {}).map(([key, value]) => attributeProto(key, value)),
    });
  }

  /** Inputs, constants and second names of one value are copied to where the output is expected. */
  writeOutput(name: string, value: Value): void {
    const known = this.nameOf(value);
    if (known !== name) {
      this.graph.node.push({ opType: 'Identity', name: `output_${name}`, input: [known], output: [name] });
    }
    this.graph.output.push(valueInfo(name, value));
  }

  private nameOf({ source, ...type }: Value): string {
    switch (source.kind) {
      case 'input':
        if (!this.inputNames.has(source.name)) this.graph.input.push(valueInfo(source.name, type));
        this.inputNames.add(source.name);
        return source.name;
      case 'constant':
        return this.nameOfConstant(source.tensor, source.name);
      case 'node': {
        const name = this.outputNames.get(source.node)?.[source.output];
        if (name === undefined) throw new Error(`${source.node.op} is used before it is written`);
        return name;
      }
      default:
        return source satisfies never;
    }
  }

  private nameOfConstant(tensor: ConstantTensor, hint: string): string {
    const known = this.constantNames.get(tensor);
    if (known !== undefined) return known;
    const name = `${hint}#${this.constantNames.size}`;
    this.constantNames.set(tensor, name);
    this.graph.initializer.push({
      name,
      dataType: dataTypes[tensor.type],
      dims: tensor.shape.map(Number),
      rawData: tensor.bytes,
    });
    return name;
  }
}

function valueInfo(name: string, { type, shape }: TensorType): Proto.IValueInfoProto {
  const dim = shape.map(dimension =>
    typeof dimension === 'number' ? { dimValue: dimension } : { dimParam: dimension },
  );
  return { name, type: { tensorType: { elemType: dataTypes[type], shape: { dim } } } };
}

function attributeProto(name: string, value: OnnxAttribute): Proto.IAttributeProto {
  const { AttributeType } = onnx.AttributeProto;
  if ('int' in value) return { name, type: AttributeType.INT, i: value.int };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  if ('string' in value)
    return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value.string) };
  return { name, type: AttributeType.INTS, ints: [...value.ints] };
}

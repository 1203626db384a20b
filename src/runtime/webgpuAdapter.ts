// The part of WebGPU's interface that is used, typed by shape, for the project is compiled without the browser's types;
// and how an adapter and a device are asked for. https://www.w3.org/TR/webgpu/

import { DeviceError } from './session.ts';

export interface GpuDevice {
  readonly limits: { readonly maxStorageBuffersPerShaderStage: number };
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  addEventListener(
    type: 'uncapturederror',
    listener: (event: { readonly error: { readonly message: string } }) => void,
  ): void;
  destroy(): void;
}

export interface GpuAdapter {
  readonly features: ReadonlySet<string>;
  readonly limits: Readonly<Record<string, number>>;
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly description: string;
    readonly isFallbackAdapter?: boolean;
  };
  requestDevice(descriptor: object): Promise<GpuDevice>;
}

interface Gpu {
  requestAdapter(options: object): Promise<GpuAdapter | null>;
}

/** What onnxruntime's kernels use where it is there. */
const usedFeatures = ['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix'];

/** As much as the adapter gives: a model's weights are one buffer each. */
const raisedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
];

/** The fastest adapter. Throws a DeviceError that says why there is none. */
export async function requestAdapter(): Promise<GpuAdapter> {
  const { navigator } = globalThis as { navigator?: { gpu?: Gpu } };
  if (navigator?.gpu === undefined) throw new DeviceError('this host has no WebGPU');
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new DeviceError('the browser gave no WebGPU adapter');
  return adapter;
}

/** Throws a DeviceError that says why the adapter refused. */
export async function requestDevice(adapter: GpuAdapter): Promise<GpuDevice> {
  const limits = raisedLimits.flatMap(name => {
    const limit = adapter.limits[name];
    return limit === undefined ? [] : [[name, limit] as const];
  });
  try {
    return await adapter.requestDevice({
      requiredFeatures: usedFeatures.filter(feature => adapter.features.has(feature)),
      requiredLimits: Object.fromEntries(limits),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DeviceError(`the WebGPU adapter gave no device: ${reason}`);
  }
}

/** In a few words, such as `nvidia ampere`: it names the kind of machine and not the machine. */
export function describeAdapter({ info }: GpuAdapter): string {
  const words = [info.vendor, info.architecture, info.description].filter(word => word !== '');
  return words.length === 0 ? 'an adapter without a name' : words.join(' ');
}

/** Whether it computes on the processor, where Wasm is faster. */
export function isSoftware({ info }: GpuAdapter): boolean {
  return info.isFallbackAdapter === true || info.architecture === 'swiftshader';
}

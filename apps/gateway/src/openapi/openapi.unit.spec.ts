import { describe, expect, it } from '@jest/globals';
import 'reflect-metadata';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { CONTROLLERS } from '../gateway.module.ts';
import { methodsOf, openApiDocument } from './openapi.ts';

type Prototype = Readonly<Record<string, object>>;

/** Every route that Nest serves, in the form of OpenAPI: `GET /v1/tasks/{id}`. */
const served = CONTROLLERS.flatMap((controller) => {
  const base = Reflect.getMetadata(PATH_METADATA, controller) as string;
  const prototype = controller.prototype as unknown as Prototype;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const method = Reflect.getMetadata(METHOD_METADATA, prototype[name] ?? {}) as RequestMethod | undefined;
    if (method === undefined) return [];
    const path = `/${base}/${Reflect.getMetadata(PATH_METADATA, prototype[name] ?? {}) as string}`
      .replaceAll(/\/{2,}/g, '/')
      .replace(/(.)\/$/, '$1');
    return [`${RequestMethod[method]} ${path.replaceAll(/:(\w+)/g, '{$1}')}`];
  });
});

describe('the OpenAPI document', () => {
  it('names every route that is served, and no other', () => {
    const described = Object.entries(openApiDocument['paths'] as Record<string, object>).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(served.length).toBeGreaterThan(15);
    expect(described.toSorted()).toEqual(served.toSorted());
  });

  it('knows which methods a path has', () => {
    expect(methodsOf('/v1/tasks')).toEqual(['POST', 'GET', 'HEAD']);
    expect(methodsOf('/v1/tasks/abc/cancel')).toEqual(['POST']);
    expect(methodsOf('/v1/tasks/abc/def')).toEqual([]);
    expect(methodsOf('/constructor')).toEqual([]);
  });
});

import type { Rule } from './rule.ts'

/** Whose patterns these are. */
export const source = {
  name: '@secretlint/secretlint-rule-preset-recommend',
  version: '13.1.0',
  licence: 'MIT, Copyright (c) 2020 azu',
} as const

/** Those of its rules that know a token by its shape, as they stand there. */
export const secretlint: readonly Rule[] = [
  { name: 'npm token', hint: 'npm_', pattern: /(?<!\p{L})npm_[A-Za-z0-9_]{36}(?![A-Za-z0-9_])/gu },
  {
    name: 'Anthropic API key',
    hint: 'sk-ant-',
    pattern: /(?<!\p{L})sk-ant-api0\d-[A-Za-z0-9_-]{90,128}AA(?![A-Za-z0-9_-])/gu,
  },
  { name: 'Groq API key', hint: 'gsk_', pattern: /(?<!\p{L})gsk_[a-zA-Z0-9]{52}(?![a-zA-Z0-9])/gu },
  { name: 'Hugging Face token', hint: 'hf_', pattern: /(?<!\p{L})hf_[a-zA-Z]{34}(?![a-zA-Z])/gu },
  { name: 'Linear API key', hint: 'lin_api_', pattern: /(?<!\p{L})lin_api_[a-zA-Z0-9_]{32,128}(?![a-zA-Z0-9_])/gu },
  { name: 'Notion token', hint: 'ntn_', pattern: /(?<!\p{L})ntn_[0-9]{11}[A-Za-z0-9]{35}(?![A-Za-z0-9])/gu },
  { name: 'SendGrid key', hint: 'sg\\.', pattern: /(?<!\p{L})SG\.\w{1,128}\.\w{1,128}([-_]?)\w{1,128}(?!\w)/gu },
  {
    name: 'Shopify token',
    hint: 'shp(?:pa|ca|at|ss)_',
    pattern: /(?<!\p{L})(shppa|shpca|shpat|shpss)_[a-zA-Z0-9]{32,64}(?![a-zA-Z0-9])/gu,
  },
  {
    name: 'Stripe key',
    hint: '[sr]k_(?:live|test)_',
    pattern: /(?<!\p{L})(?<prefix>sk_live|sk_test|rk_live|rk_test)_[a-zA-Z0-9]{24,99}(?![a-zA-Z0-9])/gu,
  },
  {
    name: 'GitHub token',
    hint: 'gh[opusr]_',
    pattern: /(?<!\p{L})(?<type>ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9_]{36}(?![A-Za-z0-9_])/gu,
  },
  {
    name: 'GitHub token',
    hint: 'github_pat_',
    pattern: /(?<!\p{L})(?<type>github_pat)_[A-Za-z0-9_]{82}(?![A-Za-z0-9_])/gu,
  },
  {
    name: 'GitHub token',
    hint: 'ghs_',
    pattern:
      /(?<!\p{L})(?<type>ghs)_[0-9]{1,20}_[A-Za-z0-9_-]{1,1000}\.[A-Za-z0-9_-]{1,10000}\.[A-Za-z0-9_-]{1,1000}(?![A-Za-z0-9_-])/gu,
  },
  { name: 'GitLab token', hint: 'glpat-', pattern: /(?<!\p{L})glpat-[A-Za-z0-9_-]{20,128}(?![A-Za-z0-9_-])/gu },
  { name: 'Grafana token', hint: 'glc_', pattern: /(?<!\p{L})glc_[A-Za-z0-9+/]{32,400}={0,2}(?![A-Za-z0-9+/=])/gu },
  { name: 'Grafana token', hint: 'glsa_', pattern: /(?<!\p{L})glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}(?![A-Fa-f0-9])/gu },
  {
    name: '1Password token',
    hint: 'ops_ey',
    pattern: /(?<!\p{L})ops_(ey[A-Za-z0-9+/=]{100,1280}fQ={0,2})(?![A-Za-z0-9+/=])/gu,
  },
  { name: 'Vault token', hint: 'hvs\\.', pattern: /(?<!\p{L})hvs\.[A-Za-z0-9_-]{90,120}(?![A-Za-z0-9_-])/gu },
  { name: 'Vault token', hint: 'hvb\\.', pattern: /(?<!\p{L})hvb\.[A-Za-z0-9_-]{138,300}(?![A-Za-z0-9_-])/gu },
  { name: 'Vault token', hint: 'hvr\\.', pattern: /(?<!\p{L})hvr\.[A-Za-z0-9_-]{90,120}(?![A-Za-z0-9_-])/gu },
  {
    name: 'Vercel token',
    hint: 'vc[piark]_',
    pattern: /(?<!\p{L})(?<prefix>vcp|vci|vca|vcr|vck)_[A-Za-z0-9]{20,60}(?![A-Za-z0-9])/gu,
  },
  {
    name: 'Databricks token',
    hint: 'dapi[a-f0-9]{8}',
    pattern: /(?<!\p{L})dapi[A-Fa-f0-9]{32}(?:-[0-9])?(?![A-Fa-f0-9])/gu,
  },
  { name: 'Docker token', hint: 'dckr_pat_', pattern: /(?<!\p{L})dckr_pat_[a-zA-Z0-9_-]{27}(?![a-zA-Z0-9_-])/gu },
  { name: 'Figma token', hint: 'figd_', pattern: /(?<!\p{L})figd_[A-Za-z0-9_-]{40,200}(?![A-Za-z0-9_-])/gu },
  {
    name: 'Cloudflare token',
    hint: 'cf(?:k|ut|at)_',
    pattern: /(?<!\p{L})(?<prefix>cfk|cfut|cfat)_[A-Za-z0-9]{40}[0-9a-f]{8}(?![A-Za-z0-9])/gu,
  },
  {
    name: 'Tailscale key',
    hint: 'tskey-',
    pattern: /(?<!\p{L})tskey-(?<type>[a-z]{2,20})-[0-9A-Za-z_]{8,40}-[0-9A-Za-z_]{16,60}(?![0-9A-Za-z_])/gu,
  },
]
